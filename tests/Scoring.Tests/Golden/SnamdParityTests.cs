using System.Globalization;
using System.Text.Json;
using MuSc.Engine.Tokens;
using Xunit.Abstractions;

namespace MuSc.Scoring.Tests.Golden;

/// <summary>MuSc-V2, every step against what its authors' code answers on the synthetic sets.</summary>
public sealed class SnamdParityTests(ITestOutputHelper output)
{
    [SharedTheory("golden", "v2")]
    [InlineData("small", 1f)]
    [InlineData("small", 0.125f)]
    [InlineData("odd", 1f)]
    [InlineData("odd", 0.125f)]
    [InlineData("tiny", 1f)]
    [InlineData("tiny", 0.125f)]
    public void Every_step_agrees_with_the_authors_code(string name, float scale)
    {
        GoldenSet set = GoldenSet.Open(name);
        string folder = scale == 1 ? Shared.At("golden", "v2", name) : Shared.At("golden", "v2", name, "x0.125");
        JsonElement manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json"))).RootElement;
        int[] degrees = [.. manifest.GetProperty("degrees").EnumerateArray().Select(degree => degree.GetInt32())];
        int length = set.Patches * set.Channels;
        float[] maps = new float[set.Stages * set.Images * length];
        List<double> perStage = [];
        double[] sums = new double[set.Images * set.Patches];
        for (int stage = 0; stage < set.Stages; stage++)
        {
            Span<float> map = maps.AsSpan(stage * set.Images * length, set.Images * length);
            for (int image = 0; image < set.Images; image++)
            {
                float[] tokens = [.. set.Stage(stage, image).ToArray().Select(value => value * scale)];
                Snamd.Aggregate(tokens, set.Grid, set.Channels, degrees, unitFirst: false, set.Grid, set.Channels, map.Slice(image * length, length));
            }

            double[] scores = Pipeline.MutualScores(map.ToArray(), set.Images, set.Patches, set.Channels);
            PatchScores.Add(sums, scores);
            perStage.AddRange(scores);
        }

        PatchScores.Average(sums, set.Stages);
        Dictionary<string, double> differences = new()
        {
            ["msm"] = Agreement.LargestDifference(Read("msm"), [.. perStage]),
            ["patch_scores"] = Agreement.LargestDifference(Read("patch_scores"), sums),
        };
        if (File.Exists(Path.Combine(folder, "snamd.npy")))
        {
            differences["snamd"] = Agreement.LargestDifference(Read("snamd"), Agreement.Widen(maps));
        }

        double[] before = [.. sums.Chunk(set.Patches).Select(image => ImageScore.Max(image, set.Grid, set.Size))];
        differences["before"] = Agreement.LargestDifference(Read("image_scores_before_rscon"), before);
        int[] close = [.. manifest.GetProperty("images_with_gap_below_1e_4").EnumerateArray().Select(image => image.GetInt32())];
        int[] salient = [.. NpyFile.ReadDoubles(Path.Combine(folder, "salient_index.npy")).Select(index => (int)index)];
        float[] features = NpyFile.ReadSingles(Path.Combine(folder, "salient_features.npy"));
        int salientStage = SalientPatch.Stage(set.Stages);
        foreach (int image in Enumerable.Range(0, set.Images).Except(close))
        {
            Assert.Equal(salient[image], SalientPatch.Of(sums.AsSpan(image * set.Patches, set.Patches)));
            double off = Agreement.LargestDifference(
                Agreement.Widen(features.AsSpan(image * set.Channels, set.Channels)),
                Agreement.Widen(maps.AsSpan((((salientStage * set.Images) + image) * length) + (salient[image] * set.Channels), set.Channels)));
            differences["salient"] = Math.Max(off, differences.GetValueOrDefault("salient"));
        }

        string[] rescored = [.. Directory.EnumerateFiles(folder, "image_scores_rscon_*.npy").Order()];
        Assert.NotEmpty(rescored);
        foreach (string file in rescored)
        {
            string name2 = Path.GetFileNameWithoutExtension(file)["image_scores_rscon_".Length..];
            int[] windows = [.. name2.Split('_').Select(window => int.Parse(window, CultureInfo.InvariantCulture))];
            double[] after = new double[set.Images];
            RsCin.Rescore(Read("image_scores_before_rscon"), features, set.Channels, windows.Contains(1) ? windows : [.. windows, 1], after);
            differences[$"rscon {name2}"] = Agreement.LargestDifference(NpyFile.ReadDoubles(file), after);
        }

        foreach ((string what, double difference) in differences)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-6} x{scale} {what,-16} {difference:0.0e+0}"));
        }

        Assert.All(differences, entry => Assert.True(entry.Value <= Agreement.Tolerance, $"{entry.Key}: {entry.Value:0.0e+0}"));

        double[] Read(string array) => NpyFile.ReadDoubles(Path.Combine(folder, array + ".npy"));
    }

    [Fact]
    public void Patches_that_are_all_alike_keep_their_direction_and_zeros_stay_zero()
    {
        float[] tokens = [.. Enumerable.Repeat(new[] { 3f, 4f }, 9).SelectMany(token => token)];
        float[] map = new float[18];
        Snamd.Aggregate(tokens, 3, 2, [1, 3, 7], unitFirst: false, 3, 2, map);
        Assert.All(map.Chunk(2), token => Assert.Equal((0.6f, 0.8f), (MathF.Round(token[0], 6), MathF.Round(token[1], 6))));
        Snamd.Aggregate(new float[18], 3, 2, [1, 3], unitFirst: true, 3, 2, map);
        Assert.All(map, value => Assert.Equal(0, value));
    }

    [SharedTheory("golden", "v2", "real")]
    [InlineData("aws_cookie")]
    [InlineData("elpv_mono")]
    [InlineData("magnetic_tile")]
    [InlineData("mvtec_leather_mini")]
    public void Real_sets_are_rescored_as_by_the_authors_code(string name)
    {
        JsonElement expected = JsonDocument.Parse(File.ReadAllText(Shared.At("golden", "v2", "real", name, "expected.json"))).RootElement;
        float[] features = NpyFile.ReadSingles(Shared.At("golden", "v2", "real", name, "salient_features.npy"));
        double[] before = Numbers("before_rscon");
        double[] patchScores = NpyFile.ReadDoubles(Shared.At("golden", "v2", "real", name, "patch_scores.npy"));
        Assert.Equal(
            Numbers("salient_index").Select(index => (int)index),
            patchScores.Chunk(patchScores.Length / before.Length).Select(image => SalientPatch.Of(image)));
        foreach ((string after, int[] windows) in new[] { ("after_rscon", (int[])[1, 7]), ("after_rscon_1_2_3", [1, 2, 3]), ("after_rscon_1_8_9", [1, 8, 9]) })
        {
            double[] rescored = new double[before.Length];
            RsCin.Rescore(before, features, features.Length / before.Length, windows, rescored);
            Assert.InRange(Agreement.LargestDifference(Numbers(after), rescored), 0, Agreement.Tolerance);
        }

        double[] Numbers(string property) => [.. expected.GetProperty(property).EnumerateArray().Select(number => number.GetDouble())];
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 7, 5)]
    [InlineData(1, 9, 9)]
    [InlineData(13, 49)]
    public void Aggregate_equals_the_definition(params int[] degrees)
    {
        const int Grid = 4, Channels = 21;
        Random random = new(degrees.Sum());
        float[] tokens = [.. Enumerable.Range(0, Grid * Grid * Channels).Select(_ => (random.NextSingle() - 0.5f) * 0.4f)];
        float[] map = new float[tokens.Length];
        Snamd.Aggregate(tokens, Grid, Channels, degrees, unitFirst: false, Grid, Channels, map);
        for (int patch = 0; patch < Grid * Grid; patch++)
        {
            double[] mean = new double[Channels];
            foreach (int degree in degrees)
            {
                double sum = 0;
                double[] weighted = new double[Channels];
                for (int y = -(degree / 2); y <= degree / 2; y++)
                {
                    for (int x = -(degree / 2); x <= degree / 2; x++)
                    {
                        (int row, int column) = ((patch / Grid) + y, (patch % Grid) + x);
                        bool inside = row is >= 0 and < Grid && column is >= 0 and < Grid;
                        double[] other = [.. Enumerable.Range(0, Channels).Select(channel => inside ? tokens[(((row * Grid) + column) * Channels) + channel] : 0.0)];
                        double weight = Math.Exp(-Math.Sqrt(other.Select((value, channel) => Math.Pow(value - tokens[(patch * Channels) + channel], 2)).Sum()));
                        sum += weight;
                        weighted = [.. weighted.Zip(other, (before, value) => before + (weight * value))];
                    }
                }

                mean = [.. mean.Zip(weighted, (before, value) => before + (value / sum))];
            }

            double norm = Math.Sqrt(mean.Sum(value => value * value));
            Assert.All(Enumerable.Range(0, Channels), channel => Assert.Equal(mean[channel] / norm, map[(patch * Channels) + channel], 2e-6));
        }
    }

    [Fact]
    public void Even_degrees_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Snamd.Aggregate(new float[8], 2, 2, [1, 2], unitFirst: false, 2, 2, new float[8]));
}
