namespace MuSc.Scoring.Metrics.Regions;

/// <summary>The 8-connected regions of a mask, numbered from 1 in the order of their first pixels.</summary>
public sealed class ConnectedRegions
{
    private ConnectedRegions(int[] labels, int[] areas)
    {
        Labels = labels;
        Areas = areas;
    }

    /// <summary>[H × W] row-major: 0 outside the mask, else the region's number.</summary>
    public int[] Labels { get; }

    /// <summary>Pixels of each region; the region numbered r is at r − 1.</summary>
    public int[] Areas { get; }

    /// <summary>Labels a mask.</summary>
    /// <param name="mask">[H × W] row-major, whether a pixel is part of a defect.</param>
    /// <param name="width">Columns W, at least 1.</param>
    public static ConnectedRegions Label(ReadOnlySpan<bool> mask, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (mask.Length % width != 0)
        {
            throw new ArgumentException($"{mask.Length} pixels are no rows of {width}.", nameof(mask));
        }

        int[] labels = new int[mask.Length];
        List<int> areas = [];
        Stack<int> pending = [];
        for (int seed = mask.IndexOf(true); seed >= 0; seed = NextSeed(mask, labels, seed))
        {
            int area = 0;
            int label = areas.Count + 1;
            labels[seed] = label;
            pending.Push(seed);
            while (pending.TryPop(out int pixel))
            {
                area++;
                Spread(mask, width, labels, label, pixel, pending);
            }

            areas.Add(area);
        }

        return new ConnectedRegions(labels, [.. areas]);
    }

    private static int NextSeed(ReadOnlySpan<bool> mask, int[] labels, int seed)
    {
        do
        {
            int step = mask[(seed + 1)..].IndexOf(true);
            seed = step < 0 ? -1 : seed + 1 + step;
        }
        while (seed >= 0 && labels[seed] != 0);
        return seed;
    }

    private static void Spread(ReadOnlySpan<bool> mask, int width, int[] labels, int label, int pixel, Stack<int> pending)
    {
        int column = pixel % width;
        int firstColumn = Math.Max(column - 1, 0) - column;
        int lastColumn = Math.Min(column + 1, width - 1) - column;
        for (int row = pixel - width; row <= pixel + width; row += width)
        {
            if (row < 0 || row >= mask.Length)
            {
                continue;
            }

            for (int neighbour = row + firstColumn; neighbour <= row + lastColumn; neighbour++)
            {
                if (mask[neighbour] && labels[neighbour] == 0)
                {
                    labels[neighbour] = label;
                    pending.Push(neighbour);
                }
            }
        }
    }
}
