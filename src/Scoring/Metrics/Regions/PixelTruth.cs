namespace MuSc.Scoring.Metrics.Regions;

/// <summary>What is true of one image's pixels: which are anomalous, and what each adds to the coverage of its region when it is found.</summary>
public sealed class PixelTruth
{
    private PixelTruth(int pixels, int regions, int[] positives, ulong[] coverage)
    {
        Pixels = pixels;
        Regions = regions;
        Positives = positives;
        Coverage = coverage;
    }

    /// <summary>Pixels of the image.</summary>
    public int Pixels { get; }

    /// <summary>Regions of the image.</summary>
    public int Regions { get; }

    /// <summary>Row-major indices of the anomalous pixels, ascending.</summary>
    internal int[] Positives { get; }

    /// <summary>The coverage of each of <see cref="Positives"/>, in units of 1 / <see cref="CoverageUnit.One"/>.</summary>
    internal ulong[] Coverage { get; }

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
