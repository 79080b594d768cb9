using System.Globalization;
using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Bench;

/// <summary>
/// Our side of bench/rival: mutual scoring of one map of unit tokens, [N × P × C] in a file, once for every line on the
/// standard input; answers with milliseconds of processor time for each ordered pair of images.
/// </summary>
internal static class RivalServer
{
    public static int Run(string file, string kernelName)
    {
        using NpyFile array = NpyFile.Open(file);
        (int images, int patches, int channels) = ((int)array.Shape[0], (int)array.Shape[1], (int)array.Shape[2]);
        float[] tokens = NpyFile.ReadSingles(file);
        INearestPatchKernel kernel = kernelName == "chosen"
            ? NearestPatchKernels.ForMap(TokenSample.Of(images, patches, channels, image => tokens.AsSpan(image * patches * channels, patches * channels)), channels)
            : new SimdNearestPatchKernel(channels);
        Console.WriteLine($"{images} images, P = {patches}, C = {channels}, {kernel.GetType().Name}");
        double[] scores = [];
        float[][] packed = [.. Enumerable.Range(0, images).Select(_ => new float[kernel.PackedLength(patches)])];
        while (Console.ReadLine() is { Length: > 0 })
        {
            double start = ThreadClock.Milliseconds;
            scores = Score(tokens, images, patches, kernel, packed);
            double each = (ThreadClock.Milliseconds - start) / (images * (images - 1));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{each:0.0000} {scores.Average():R}"));
        }

        return 0;
    }

    private static double[] Score(float[] tokens, int images, int patches, INearestPatchKernel kernel, float[][] packed)
    {
        int length = tokens.Length / images;
        (int first, int end) = IntervalRange.Default.Positions(images - 1);
        ScorerSelection[] selections = new ScorerSelection[images];
        for (int image = 0; image < images; image++)
        {
            kernel.Pack(tokens.AsSpan(image * length, length), patches, packed[image]);
            float[] storage = new float[patches * ScorerSelection.Capacity(end, images - 1)];
            selections[image] = new(storage, patches, end, images - 1);
        }

        float[] rows = new float[patches];
        float[] columns = new float[patches];
        for (int one = 0; one < images; one++)
        {
            for (int other = one + 1; other < images; other++)
            {
                kernel.MaxDots(
                    packed[one], patches, packed[other], patches, selections[one].Floors, selections[other].Floors, rows, columns);
                selections[one].Add(rows);
                selections[other].Add(columns);
            }
        }

        return [.. Enumerable.Range(0, images * patches)
            .Select(at => selections[at / patches].Reduce(at % patches, first, end, Reduction.Mean))];
    }
}
