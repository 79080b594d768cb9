using MuSc.Contracts;
using MuSc.Engine.Tiles;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Tests.Tiles;

/// <summary>Small jobs with made-up dot products, and their scores computed without ledger, tiles or owners.</summary>
internal static class SimulatedJob
{
    public static (TilePlan Plan, IntervalRange Interval, Reduction Reduction) Random(Random random)
    {
        if (random.Next(4) == 0)
        {
            int all = random.Next(7, 14);
            ScorerRing? ring = ScorerRing.Of(all, 2 * random.Next(1, 4));
            ImageOrder order = ImageOrder.Of(all, random.Next(2), 1, random.Next(), random.Next(1, 4), ScoringMode.Mutual, ring: ring);
            return (new(random.Next(1, 5), order.Blocks, ScoringMode.Mutual, random.Next(1, 2 * all), ring), IntervalRange.Default, (Reduction)random.Next(3));
        }

        List<ImageBlock> blocks = [];
        int size = random.Next(1, 4);
        int images = 0;
        int subsets = random.Next(4) == 0 ? 2 : 1;
        ScoringMode mode = random.Next(4) == 0 ? ScoringMode.References : ScoringMode.Mutual;
        for (int subset = 0; subset < subsets; subset++)
        {
            int count = random.Next(2, 9);
            blocks.AddRange(ImageBlock.Cut(images, count, size, subset));
            images += count;
        }

        if (mode == ScoringMode.References || random.Next(3) == 0)
        {
            blocks.AddRange(ImageBlock.Cut(images, random.Next(1, 4), size, reference: true));
        }

        IntervalRange[] intervals = [IntervalRange.Default, IntervalRange.All, IntervalRange.Parse("1,4")];
        int strip = random.Next(2) == 0 ? int.MaxValue : random.Next(1, images + 1);
        return (
            new(random.Next(1, 5), blocks, mode, strip),
            intervals[random.Next(intervals.Length)],
            (Reduction)random.Next(3));
    }

    /// <summary>What a worker finds; with floors, what it sends.</summary>
    public static float[] Dots(TilePlan plan, int map, int block, int partner, int patches, BlockFloors? floors = null)
    {
        ImageBlock own = plan.Blocks[block];
        ImageBlock other = plan.Blocks[partner];
        float[] dots = new float[own.Count * other.Count * patches];
        int at = 0;
        for (int image = 0; image < own.Count; image++)
        {
            for (int scorer = 0; scorer < other.Count; scorer++)
            {
                for (int patch = 0; patch < patches; patch++)
                {
                    float dot = Dot(map, own.First + image, other.First + scorer, patch);
                    float floor = floors is null ? float.NegativeInfinity : (float)floors.Values[(image * patches) + patch];
                    dots[at++] = dot > floor && own.First + image != other.First + scorer ? dot : float.NegativeInfinity;
                }
            }
        }

        return dots;
    }

    public static double[] Expected(TilePlan plan, int block, int patches, KeptValues reduction)
    {
        ImageBlock own = plan.Blocks[block];
        double[] scores = new double[own.Count * patches];
        for (int index = 0; index < scores.Length; index++)
        {
            int image = own.First + (index / patches);
            double sum = 0;
            for (int map = 0; map < plan.Maps; map++)
            {
                float[] distances = [.. plan.Partners(block)
                    .SelectMany(partner => Enumerable.Range(plan.Blocks[partner].First, plan.Blocks[partner].Count))
                    .Where(scorer => scorer != image)
                    .Select(scorer => PatchDistance.FromDot(Dot(map, image, scorer, index % patches)))
                    .Order()];
                float[] kept = distances[reduction.First..reduction.End];
                sum += reduction.Reduction switch
                {
                    Reduction.Min => kept[0],
                    Reduction.Max => kept[^1],
                    _ => kept.Aggregate(0.0, (total, value) => total + value) / kept.Length,
                };
            }

            scores[index] = sum / plan.Maps;
        }

        return scores;
    }

    // Any fixed function serves, as long as losing or doubling a value changes a score.
    private static float Dot(int map, int image, int scorer, int patch)
    {
        uint mixed = unchecked(((uint)((((((map * 1009) + image) * 1013) + scorer) * 1019) + patch) + 1) * 2654435761u);
        mixed ^= mixed >> 15;
        mixed *= 2246822519u;
        mixed ^= mixed >> 13;
        return (mixed / (float)uint.MaxValue * 2f) - 1f;
    }
}
