namespace MuSc.Engine.Tiles;

/// <summary>
/// Splits a set into parts that are scored apart (docs/method.md, Variants; paper, Table 7). The images are shuffled (Fisher–Yates from the
/// last one down, each index drawn as the high half of a SplitMix64 number times the number of choices) and dealt into
/// consecutive parts whose sizes differ by one at most, the larger first. The same seed gives the same split everywhere.
/// </summary>
public static class SubsetSplit
{
    /// <summary>The parts; each lists its images in ascending order.</summary>
    /// <param name="images">Images in all.</param>
    /// <param name="subsets">Parts, at least 1; one part is the set as it is.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    public static IReadOnlyList<int[]> Split(int images, int subsets, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(subsets, 1);
        int[] order = Shuffle(images, seed);
        List<int[]> parts = [];
        int start = 0;
        for (int part = 0; part < subsets; part++)
        {
            int length = (images / subsets) + (part < images % subsets ? 1 : 0);
            int[] members = order[start..(start + length)];
            Array.Sort(members);
            parts.Add(members);
            start += length;
        }

        return parts;
    }

    /// <summary>The numbers 0 … <paramref name="images"/>−1, shuffled.</summary>
    public static int[] Shuffle(int images, int seed)
    {
        int[] order = [.. Enumerable.Range(0, images)];
        ulong state = unchecked((ulong)seed);
        for (int last = images - 1; last > 0; last--)
        {
            int other = (int)Math.BigMul(Next(ref state), (ulong)(last + 1), out _);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order;
    }

    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
