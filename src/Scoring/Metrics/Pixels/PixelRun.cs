namespace MuSc.Scoring.Metrics.Pixels;

/// <summary>
/// Where one image's pixels lie in a store. They are sorted into bins by the upper 16 bits of <see cref="FloatOrder.Key"/>; what is
/// stored is the lower 16 bits: of the normal pixels, then of the anomalous ones, then these ones' coverage (8 bytes each).
/// </summary>
/// <param name="Store">Where they lie.</param>
/// <param name="Id">Under which number.</param>
/// <param name="Bins">The bins that hold a pixel, ascending.</param>
/// <param name="Negatives">Normal pixels below each bin, and one entry more for all.</param>
/// <param name="Positives">Anomalous pixels below each bin, and one entry more for all.</param>
internal sealed record PixelRun(IRunStore Store, int Id, ushort[] Bins, int[] Negatives, int[] Positives)
{
    public const int LowBytes = sizeof(ushort);
    public const int CoverageBytes = sizeof(ulong);

    /// <summary>First byte of the anomalous pixels' lower bits.</summary>
    public int PositiveStart => LowBytes * Negatives[^1];

    /// <summary>First byte of their coverage.</summary>
    public int CoverageStart => PositiveStart + (LowBytes * Positives[^1]);

    /// <summary>Bytes that a run takes.</summary>
    public static int Length(int negatives, int positives) => (LowBytes * (negatives + positives)) + (CoverageBytes * positives);
}
