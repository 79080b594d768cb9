using System.Globalization;
using System.Text.Json;
using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Scoring.NearestPatch;
using Xunit.Abstractions;

namespace MuSc.Scoring.Tests.Golden;

/// <summary>The class tokens of the 27 categories of MVTec AD and VisA: mutual scoring with one patch an image, and RsCIN.</summary>
public sealed class ClassTokenParityTests(ITestOutputHelper output)
{
    // The tokens are stored in float16, which leaves their lengths up to 2e-4 away from 1. The authors' code takes them as
    // they are (a distance is √(‖x‖² + ‖y‖² − 2·dot)); made unit length first, their scores move by up to so much.
    private const double MovedByNormalising = 5e-5;

    [SharedFact("class-tokens")]
    public void All_categories_agree_with_the_authors_code()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Shared.At("class-tokens", "expected.json")));
        JsonProperty[] categories = [.. document.RootElement.EnumerateObject()];
        Assert.Equal(27, categories.Length);
        double[] largest = new double[4];
        foreach (JsonProperty category in categories)
        {
            float[] tokens = NpyFile.ReadSingles(Shared.At("class-tokens", category.Name + ".npy"));
            double[] differences = Differences(tokens, category.Value);
            Print(category.Name, differences);
            for (int at = 0; at < largest.Length; at++)
            {
                largest[at] = Math.Max(largest[at], differences[at]);
            }
        }

        Print("largest", largest);
        Assert.All(largest[..3], difference => Assert.InRange(difference, 0, Agreement.Tolerance));
        Assert.InRange(largest[3], 0, MovedByNormalising);
    }

    private void Print(string name, double[] differences) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-22} mutual {differences[0]:0.0e+0}   RsCIN of the authors' scores {differences[1]:0.0e+0}   of ours {differences[2]:0.0e+0}   mutual, normalised {differences[3]:0.0e+0}"));

    private static double[] Differences(float[] tokens, JsonElement expected)
    {
        int[] windows = [.. expected.GetProperty("windows").EnumerateArray().Select(window => window.GetInt32())];
        double[] before = Numbers("before");
        double[] after = Numbers("after");
        int images = before.Length;
        int channels = tokens.Length / images;
        double[] mutual = MutualScores(tokens, images, WithLengths);
        float[] normalized = [.. tokens];
        UnitNorm.Rows(normalized, channels);
        return
        [
            Agreement.LargestDifference(before, mutual),
            Agreement.LargestDifference(after, Rescore(before)),
            Agreement.LargestDifference(after, Rescore(mutual)),
            Agreement.LargestDifference(before, MutualScores(normalized, images, (_, _, dot) => PatchDistance.FromDot(dot))),
        ];

        double[] Numbers(string name) => [.. expected.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

        double[] Rescore(double[] scores)
        {
            double[] rescored = new double[images];
            RsCin.Rescore(scores, tokens, channels, windows, rescored);
            return rescored;
        }
    }

    /// <summary>The kernel's dot products and the interval average.</summary>
    private static double[] MutualScores(float[] tokens, int images, Func<double, double, float, float> distance)
    {
        int channels = tokens.Length / images;
        SimdNearestPatchKernel kernel = new(channels);
        float[] packed = new float[kernel.PackedLength(images)];
        kernel.Pack(tokens, images, packed);
        double[] lengths = [.. Enumerable.Range(0, images)
            .Select(image => tokens.Skip(image * channels).Take(channels).Sum(value => (double)value * value))];
        double[] scores = new double[images];
        float[] one = new float[kernel.PackedLength(1)];
        float[] dots = new float[images];
        for (int image = 0; image < images; image++)
        {
            kernel.Pack(tokens.AsSpan(image * channels, channels), 1, one);
            kernel.MaxDots(one, 1, packed, images, [], [], new float[1], dots);
            float[] distances = [.. Enumerable.Range(0, images).Where(other => other != image)
                .Select(other => distance(lengths[image], lengths[other], dots[other]))];
            scores[image] = IntervalAverage.Reduce(distances, IntervalRange.Default, Reduction.Mean);
        }

        return scores;
    }

    private static float WithLengths(double first, double second, float dot) =>
        (float)Math.Sqrt(Math.Max(0, first + second - (2.0 * dot)));
}
