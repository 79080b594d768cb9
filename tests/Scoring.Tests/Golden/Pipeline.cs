using MuSc.Contracts;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.Tests.Golden;

/// <summary>The scoring steps put together in the plainest way, as the engine does it in tiles.</summary>
internal static class Pipeline
{
    /// <summary>A set's map, [N × P × C].</summary>
    public static float[] Map(GoldenSet set, int stage, int degree)
    {
        int length = set.Patches * set.Channels;
        float[] map = new float[set.Images * length];
        for (int image = 0; image < set.Images; image++)
        {
            Lnamd.Aggregate(
                set.Stage(stage, image), set.Grid, set.Channels, degree, set.Grid, set.Channels,
                map.AsSpan(image * length, length));
        }

        return map;
    }

    /// <summary>Mutual scores of a map, [N × P].</summary>
    public static double[] MutualScores(float[] map, int images, int patches, int channels)
    {
        SimdNearestPatchKernel kernel = new(channels);
        float[][] packed = new float[images][];
        (int first, int end) = IntervalRange.Default.Positions(images - 1);
        ScorerSelection[] selections = new ScorerSelection[images];
        for (int image = 0; image < images; image++)
        {
            packed[image] = new float[kernel.PackedLength(patches)];
            kernel.Pack(map.AsSpan(image * patches * channels, patches * channels), patches, packed[image]);
            float[] storage = new float[patches * ScorerSelection.Capacity(end, images - 1)];
            selections[image] = new ScorerSelection(storage, patches, end, images - 1);
        }

        float[] rows = new float[patches];
        float[] columns = new float[patches];
        for (int one = 0; one < images; one++)
        {
            for (int other = one + 1; other < images; other++)
            {
                kernel.MaxDots(packed[one], patches, packed[other], patches, [], [], rows, columns);
                selections[one].Add(rows);
                selections[other].Add(columns);
            }
        }

        return [.. Enumerable.Range(0, images * patches)
            .Select(at => selections[at / patches].Reduce(at % patches, first, end, Reduction.Mean))];
    }
}
