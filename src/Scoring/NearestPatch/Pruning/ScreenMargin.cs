namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>
/// How far computed numbers may lie from the true ones (DESIGN, "Exact pruning"), with γ_n = n·u / (1 − n·u), u = 2⁻²⁴.
/// All are for tokens of unit or zero norm, with a little to spare for norms that rounding left above 1.
/// </summary>
internal static class ScreenMargin
{
    private const double Unit = 1.0 / (1 << 24);
    private const double Spare = 1.001;

    /// <summary>
    /// Between a bound as computed and a dot product as the kernel computes it: a dot product that lies above bound + margin
    /// does not exist. γ_C for the dot product, twice γ of its channels for the bound (whose parts in sum stay below 2), and for the rests' components inside the basis
    /// (the coefficients' rounding u·‖a‖ and the basis' own defect) once for each of the two tokens;
    /// some units more for rounding the scales of bytes and the thresholds.
    /// </summary>
    /// <param name="channels">C.</param>
    /// <param name="screenChannels">Float32 channels of the bound.</param>
    /// <param name="defect">Of the basis.</param>
    public static double OfBound(int channels, int screenChannels, double defect) =>
        Spare * (Gamma(channels) + (2 * Gamma(screenChannels + 1)) + (2 * (Unit + (2 * defect) + 1e-11)) + (16 * Unit));

    /// <summary>A length in float32, and a little more than float64's sums and the conversion may have lost.</summary>
    public static float RoundUp(double length) => MathF.BitIncrement((float)(length * (1 + 1e-9)));

    private static double Gamma(int n) => n * Unit / (1 - (n * Unit));
}
