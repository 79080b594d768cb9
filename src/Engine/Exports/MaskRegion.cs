namespace MuSc.Engine.Exports;

/// <summary>Marked pixels that touch each other, also by their corners (8 neighbours).</summary>
/// <param name="Runs">Its runs in columns, from left to right and from top to bottom.</param>
internal sealed record MaskRegion(IReadOnlyList<MaskRun> Runs)
{
    /// <summary>Its pixels.</summary>
    public long Area => Runs.Sum(run => (long)(run.End - run.Begin));

    /// <summary>The smallest rectangle around it in pixels: left, top, width, height.</summary>
    public int[] Box
    {
        get
        {
            (int left, int top) = (Runs[0].Line, Runs.Min(run => run.Begin));
            return [left, top, Runs[^1].Line + 1 - left, Runs.Max(run => run.End) - top];
        }
    }

    /// <summary>The regions of a mask, in the order of their first pixels by column.</summary>
    public static IReadOnlyList<MaskRegion> Of(ScaledMask mask)
    {
        MaskRun[] runs = [.. mask.Columns()];
        int[] parents = [.. Enumerable.Range(0, runs.Length)];
        foreach ((int left, int right) in Neighbours(runs, reach: 1))
        {
            (int one, int other) = (Root(parents, left), Root(parents, right));
            parents[Math.Max(one, other)] = Math.Min(one, other);
        }

        return [.. Enumerable.Range(0, runs.Length).GroupBy(run => Root(parents, run)).Select(region => new MaskRegion([.. region.Select(run => runs[run])]))];
    }

    /// <summary>
    /// Polygons that cover the region exactly and do not overlap: x and y of each corner in turn, on the borders of pixels. A polygon
    /// has no hole, so the region is cut wherever runs divide or meet.
    /// </summary>
    public IEnumerable<IReadOnlyList<int>> Polygons()
    {
        (int[] after, int[] lefts, int[] rights) = (new int[Runs.Count], new int[Runs.Count], new int[Runs.Count]);
        int[] before = new int[Runs.Count];
        foreach ((int left, int right) in Neighbours(Runs, reach: 0))
        {
            (after[left], before[right]) = (right, left);
            rights[left]++;
            lefts[right]++;
        }

        for (int first = 0; first < Runs.Count; first++)
        {
            if (lefts[first] == 1 && rights[before[first]] == 1)
            {
                continue;
            }

            List<MaskRun> chain = [Runs[first]];
            for (int run = first; rights[run] == 1 && lefts[after[run]] == 1;)
            {
                run = after[run];
                chain.Add(Runs[run]);
            }

            yield return Outline(chain);
        }
    }

    // Pairs of runs in adjacent columns that share a border, or with a reach of 1 a corner.
    private static IEnumerable<(int Left, int Right)> Neighbours(IReadOnlyList<MaskRun> runs, int reach)
    {
        int from = 0;
        for (int right = 0; right < runs.Count; right++)
        {
            MaskRun run = runs[right];
            while (runs[from].Line < run.Line - 1 || (runs[from].Line == run.Line - 1 && runs[from].End + reach <= run.Begin))
            {
                from++;
            }

            for (int left = from; runs[left].Line == run.Line - 1 && runs[left].Begin < run.End + reach; left++)
            {
                yield return (left, right);
            }
        }
    }

    private static int Root(int[] parents, int run)
    {
        while (parents[run] != run)
        {
            run = parents[run] = parents[parents[run]];
        }

        return run;
    }

    // Along the upper ends to the right, and along the lower ends back; one run a column.
    private static List<int> Outline(List<MaskRun> chain)
    {
        List<int> corners = [];
        for (int at = 0; at < chain.Count; at++)
        {
            if (at == 0 || chain[at].Begin != chain[at - 1].Begin)
            {
                corners.AddRange(at == 0 ? [] : [chain[at].Line, chain[at - 1].Begin]);
                corners.AddRange([chain[at].Line, chain[at].Begin]);
            }
        }

        int end = chain[^1].Line + 1;
        corners.AddRange([end, chain[^1].Begin]);
        for (int at = chain.Count - 1; at >= 0; at--)
        {
            if (at == chain.Count - 1 || chain[at].End != chain[at + 1].End)
            {
                int x = at == chain.Count - 1 ? end : chain[at + 1].Line;
                corners.AddRange(at == chain.Count - 1 ? [] : [x, chain[at + 1].End]);
                corners.AddRange([x, chain[at].End]);
            }
        }

        corners.AddRange([chain[0].Line, chain[0].End]);
        return corners;
    }
}
