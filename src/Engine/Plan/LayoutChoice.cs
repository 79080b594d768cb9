using MuSc.Engine.Tiles;

namespace MuSc.Engine.Plan;

/// <summary>The largest part of a set that is scored apart.</summary>
/// <param name="Scored">Its images.</param>
/// <param name="References">References, which score it too.</param>
/// <param name="Mode">Who scores.</param>
internal sealed record LargestSubset(int Scored, int References, ScoringMode Mode)
{
    /// <summary>Images that are compared.</summary>
    public int Members => Scored + References;

    /// <summary>Values that each patch gets, M.</summary>
    public int Scorers => Mode == ScoringMode.Mutual ? Members - 1 : References;
}

/// <summary>Chooses the layout that costs least within a memory budget.</summary>
internal static class LayoutChoice
{
    // A tile's two buffers fit the second-level cache of one core.
    private const long TileBytes = 1 << 20;
    private const int LongestBlock = 32;

    // Blocks for each thread, so that none waits long for the last one.
    private const int BlocksPerThread = 4;

    // Packing an image costs about as much as scoring it against 500 / P others (measured at P = 64 … 1369).
    private const double PackCost = 500;

    /// <exception cref="JobException">Nothing fits.</exception>
    public static ScoringLayout Choose(ScoringJobSpec spec, int images, LargestSubset subset, ImageBytes bytes, long budget)
    {
        int block = spec.BlockImages ?? Block(subset.Members, bytes.Patches, spec.Threads);
        ScoringLayout? best = null;
        double least = double.PositiveInfinity;
        for (; best is null; block = Math.Max(block / 2, 1))
        {
            foreach (ScoringLayout layout in Candidates(subset.Scored, block))
            {
                double cost = Cost(layout, subset, bytes.Patches);
                if (cost < least && MemoryNeed.Of(layout, images, subset, bytes, spec.Threads).Total <= budget)
                {
                    (best, least) = (layout, cost);
                }
            }

            if (best is null && (block == 1 || spec.BlockImages is not null))
            {
                throw TooLittle(images, subset, bytes, spec.Threads, budget);
            }
        }

        return best;
    }

    private static int Block(int images, int patches, int threads)
    {
        int byCache = (int)Math.Sqrt(TileBytes / (2.0 * sizeof(float) * patches));
        int byThreads = images / (BlocksPerThread * threads);
        return Math.Clamp(Math.Min(byCache, byThreads), 1, LongestBlock);
    }

    private static IEnumerable<ScoringLayout> Candidates(int scored, int block)
    {
        foreach (int strip in Lengths(scored, block))
        {
            foreach (int resident in Lengths(scored, block).Where(length => length <= strip))
            {
                yield return new(block, resident, strip);
            }
        }
    }

    // Whole set, then parts of it that are whole blocks.
    private static IEnumerable<int> Lengths(int scored, int block)
    {
        int last = 0;
        for (int parts = 1; parts <= scored; parts += 1 + (parts / 8))
        {
            int length = parts == 1 ? scored : ((scored + parts - 1) / parts + block - 1) / block * block;
            if (length != last && (parts == 1 || length < scored))
            {
                yield return length;
                last = length;
            }
        }
    }

    // Pairs, and packings in units of a pair: each pass over a strip meets everybody who is not behind it.
    private static double Cost(ScoringLayout layout, LargestSubset subset, int patches)
    {
        double scored = subset.Scored;
        double inner = subset.Mode == ScoringMode.Mutual ? scored - (layout.StripImages / 2.0) : 0;
        double met = inner + subset.References;
        double passes = Math.Ceiling(scored / layout.StripImages) * Math.Ceiling((double)layout.StripImages / layout.ResidentImages);
        return (scored * met) + (PackCost / patches * passes * Math.Max(met, layout.ResidentImages));
    }

    private static JobException TooLittle(int images, LargestSubset subset, ImageBytes bytes, int threads, long budget)
    {
        long least = MemoryNeed.Of(new(1, 1, 1), images, subset, bytes, threads).Total;
        long one = MemoryNeed.Of(new(1, 1, 1), images, subset, bytes, 1).Total;
        string fewer = threads > 1 && one <= budget ? ", or use --threads 1" : string.Empty;
        return new(
            JobErrorKind.Resource,
            $"Scoring {images} images needs at least {MiB(least)} of memory for its buffers, but {MiB(Math.Max(budget, 0))} are left for them. "
            + $"Allow {MiB(least - budget)} more with --memory{fewer}, or choose a smaller size, a narrower interval or more subsets.");
    }

    private static string MiB(long bytes) => $"{(bytes + (1 << 20) - 1) >> 20} MiB";
}
