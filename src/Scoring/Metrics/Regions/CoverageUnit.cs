namespace MuSc.Scoring.Metrics.Regions;

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
