namespace MuSc.Scoring.Metrics;

/// <summary>What is true of one image's pixels: which are anomalous, and what each adds to the coverage of its region when it is found.</summary>
public sealed class PixelTruth
{
    private PixelTruth(int pixels, int regions, int[] positives, ulong[] coverage) =>
        (Pixels, Regions, Positives, Coverage) = (pixels, regions, positives, coverage);

    /// <summary>Pixels of the image.</summary>
    public int Pixels { get; }

    /// <summary>Regions of the image.</summary>
    public int Regions { get; }

    /// <summary>Row-major indices of the anomalous pixels, ascending.</summary>
    internal int[] Positives { get; }

    /// <summary>The coverage of each of <see cref="Positives"/>, in units of 1 / <see cref="CoverageUnit.One"/>.</summary>
    internal ulong[] Coverage { get; }

    /// <summary>How many pixels of a mask are anomalous in truth.</summary>
    /// <param name="mask">[H × W] row-major.</param>
    public long Hits(ReadOnlySpan<bool> mask)
    {
        long hits = 0;
        foreach (int pixel in Positives)
        {
            hits += mask[pixel] ? 1 : 0;
        }

        return hits;
    }

    /// <summary>Pixels that are anomalous.</summary>
    public int Defect => Positives.Length;

    /// <summary>An image without a defect.</summary>
    public static PixelTruth Normal(int pixels) => new(pixels, 0, [], []);

    /// <summary>The 8-connected regions of a mask; each pixel covers an equal share of its region (PRO).</summary>
    /// <param name="mask">[H × W] row-major, whether a pixel is part of a defect.</param>
    /// <param name="width">Columns W.</param>
    public static PixelTruth FromMask(ReadOnlySpan<bool> mask, int width)
    {
        ConnectedRegions regions = ConnectedRegions.Label(mask, width);
        ulong[] shares = [.. regions.Areas.Select(area => CoverageUnit.Share(area))];
        int[] positives = new int[regions.Areas.Sum()];
        ulong[] coverage = new ulong[positives.Length];
        int filled = 0;
        for (int pixel = 0; filled < positives.Length; pixel++)
        {
            if (regions.Labels[pixel] is int label and > 0)
            {
                positives[filled] = pixel;
                coverage[filled++] = shares[label - 1];
            }
        }

        return new PixelTruth(mask.Length, shares.Length, positives, coverage);
    }

    /// <summary>
    /// Annotated regions that saturate (sPRO): as the threshold falls, a region's first pixels to be found cover it; what comes after
    /// its saturation adds nothing. Hence the map is needed.
    /// </summary>
    /// <param name="map">[H × W] row-major, the image's anomaly map.</param>
    /// <param name="regions">The annotated defects, none of them empty.</param>
    public static PixelTruth FromSaturatedRegions(ReadOnlySpan<float> map, IReadOnlyList<SaturatedRegion> regions)
    {
        ulong[] coverage = new ulong[map.Length];
        bool[] positive = new bool[map.Length];
        foreach (SaturatedRegion region in regions)
        {
            if (!(region.Saturation > 0 && region.Saturation <= region.Pixels.Length))
            {
                throw new ArgumentException($"A region of {region.Pixels.Length} pixels cannot saturate at {region.Saturation}.", nameof(regions));
            }

            Cover(map, region, coverage, positive);
        }

        int[] positives = [.. Enumerable.Range(0, map.Length).Where(pixel => positive[pixel])];
        return new PixelTruth(map.Length, regions.Count, positives, [.. positives.Select(pixel => coverage[pixel])]);
    }

    private static void Cover(ReadOnlySpan<float> map, SaturatedRegion region, ulong[] coverage, bool[] positive)
    {
        int[] pixels = [.. region.Pixels];
        float[] descending = new float[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            descending[i] = -map[pixels[i]];
            positive[pixels[i]] = true;
        }

        Array.Sort(descending, pixels);
        ulong share = CoverageUnit.Share(region.Saturation);
        int whole = (int)region.Saturation;
        for (int i = 0; i < whole; i++)
        {
            coverage[pixels[i]] += share;
        }

        if (region.Saturation > whole)
        {
            coverage[pixels[whole]] += (ulong)((region.Saturation - whole) * share);
        }
    }
}

/// <summary>One annotated defect of MVTec LOCO AD: its pixels, and how many of them suffice to count it as found.</summary>
/// <param name="Pixels">Row-major indices of its pixels, ascending; regions may overlap.</param>
/// <param name="Saturation">Pixels at which it counts as wholly covered, above 0 and at most the number of its pixels.</param>
public sealed record SaturatedRegion(int[] Pixels, double Saturation);

/// <summary>The 8-connected regions of a mask, numbered from 1 in the order of their first pixels.</summary>
/// <param name="Labels">[H × W] row-major: 0 outside the mask, else the region's number.</param>
/// <param name="Areas">Pixels of each region; the region numbered r is at r − 1.</param>
public sealed record ConnectedRegions(int[] Labels, int[] Areas)
{
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
        for (int seed = 0; seed < mask.Length; seed++)
        {
            if (!mask[seed] || labels[seed] != 0)
            {
                continue;
            }

            int area = 0;
            int label = areas.Count + 1;
            labels[seed] = label;
            pending.Push(seed);
            while (pending.TryPop(out int pixel))
            {
                area++;
                (int row, int column) = Math.DivRem(pixel, width);
                for (int y = Math.Max(row - 1, 0); y <= Math.Min(row + 1, (mask.Length / width) - 1); y++)
                {
                    for (int x = Math.Max(column - 1, 0); x <= Math.Min(column + 1, width - 1); x++)
                    {
                        int neighbour = (y * width) + x;
                        if (mask[neighbour] && labels[neighbour] == 0)
                        {
                            labels[neighbour] = label;
                            pending.Push(neighbour);
                        }
                    }
                }
            }

            areas.Add(area);
        }

        return new ConnectedRegions(labels, [.. areas]);
    }
}

/// <summary>
/// Coverage is counted in whole numbers, so that its sums do not depend on the order of pixels, images or blocks.
/// </summary>
internal static class CoverageUnit
{
    /// <summary>The coverage of one whole region. Small enough that one pixel's share fits 64 bits even where regions of one pixel overlap dozens of times.</summary>
    public const ulong One = 1UL << 58;

    /// <summary>The share of one pixel in a region that <paramref name="pixels"/> pixels cover wholly; off by at most half a unit.</summary>
    public static ulong Share(double pixels) => (ulong)Math.Round(One / pixels);
}
