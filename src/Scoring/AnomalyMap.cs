namespace MuSc.Scoring;

/// <summary>Patch scores upsampled to the size of the image (docs/method.md, Maps and image scores): bilinear, align_corners = true, in float64.</summary>
public static class AnomalyMap
{
    /// <summary>Upsamples one image's patch scores.</summary>
    /// <param name="patchScores">[G·G] row-major.</param>
    /// <param name="grid">G.</param>
    /// <param name="size">S, at least 1.</param>
    /// <param name="map">[S × S] row-major.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length does not fit.</exception>
    public static void Upsample(ReadOnlySpan<double> patchScores, int grid, int size, Span<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, size * size, nameof(map));
        double[] line = new double[size];
        for (int row = 0; row < size; row++)
        {
            Line(patchScores, grid, size, row, line);
            for (int column = 0; column < size; column++)
            {
                map[(row * size) + column] = (float)line[column];
            }
        }
    }

    /// <summary>One row of the map, [S].</summary>
    internal static void Line(ReadOnlySpan<double> patchScores, int grid, int size, int row, Span<double> line)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(patchScores.Length, grid * grid, nameof(patchScores));
        (int top, int bottom, double down) = Source(row, grid, size);
        ReadOnlySpan<double> above = patchScores.Slice(top * grid, grid);
        ReadOnlySpan<double> below = patchScores.Slice(bottom * grid, grid);
        for (int column = 0; column < size; column++)
        {
            (int left, int right, double across) = Source(column, grid, size);
            double first = (above[left] * (1 - across)) + (above[right] * across);
            double second = (below[left] * (1 - across)) + (below[right] * across);
            line[column] = (first * (1 - down)) + (second * down);
        }
    }

    private static (int First, int Second, double Share) Source(int target, int grid, int size)
    {
        double position = size > 1 ? (double)target * (grid - 1) / (size - 1) : 0;
        int first = Math.Min((int)position, grid - 1);
        return (first, Math.Min(first + 1, grid - 1), position - first);
    }
}

/// <summary>One score for an image (docs/method.md, Maps and image scores).</summary>
public static class ImageScore
{
    /// <summary>The largest value of the S × S anomaly map, in float64, without keeping the map.</summary>
    /// <param name="patchScores">[G·G] row-major.</param>
    /// <param name="grid">G.</param>
    /// <param name="size">S, at least 1.</param>
    public static double Max(ReadOnlySpan<double> patchScores, int grid, int size)
    {
        double[] line = new double[size];
        double best = double.NegativeInfinity;
        for (int row = 0; row < size; row++)
        {
            AnomalyMap.Line(patchScores, grid, size, row, line);
            best = Math.Max(best, line.Max());
        }

        return best;
    }
}

/// <summary>The mean of a patch's scores over all maps, accumulated in float64 in the order of the maps (docs/method.md, Mutual scoring).</summary>
public static class PatchScores
{
    /// <summary>Adds one map's scores to the running sums.</summary>
    /// <param name="sums">[P], zero before the first map.</param>
    /// <param name="mapScores">[P] of one map.</param>
    public static void Add(Span<double> sums, ReadOnlySpan<double> mapScores)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(mapScores.Length, sums.Length, nameof(mapScores));
        for (int patch = 0; patch < sums.Length; patch++)
        {
            sums[patch] += mapScores[patch];
        }
    }

    /// <summary>Turns the sums over <paramref name="maps"/> maps into means.</summary>
    /// <param name="sums">[P].</param>
    /// <param name="maps">How many maps were added, at least 1.</param>
    public static void Average(Span<double> sums, int maps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maps, 1);
        for (int patch = 0; patch < sums.Length; patch++)
        {
            sums[patch] /= maps;
        }
    }
}
