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
    /// does not exist. γ_C for the dot product, γ_{k+2} for the bound, and for the rests' components inside the basis
    /// (the coefficients' rounding u·‖a‖ and the basis' own defect) once for each of the two tokens;
    /// some units more for rounding thresholds.
    /// </summary>
    public static double OfBound(int channels, int directions, double defect) =>
        Spare * (Gamma(channels) + Gamma(directions + 2) + (2 * (Unit + (2 * defect) + 1e-11)) + (8 * Unit));

    /// <summary>Between a dot product in the kernel's order and one in lanes: both lie within their γ of the true one.</summary>
    public static double OfLook(int channels) => Spare * (Gamma(channels) + Gamma((channels / 16) + 24));

    /// <summary>
    /// ‖x − U·a‖ from above, from ‖x‖², Uᵀx and the rounded a: what the float64 sums and the defect may hide is added.
    /// </summary>
    public static float Rest(double squaredLength, ReadOnlySpan<double> projections, ReadOnlySpan<float> coefficients, double defect)
    {
        double rest = squaredLength;
        for (int direction = 0; direction < coefficients.Length; direction++)
        {
            double coefficient = coefficients[direction];
            rest += coefficient * (coefficient - (2 * projections[direction]));
        }

        float rounded = (float)Math.Sqrt(Math.Max(0, rest) + 1e-11 + (2 * defect));
        return MathF.BitIncrement(rounded);
    }

    private static double Gamma(int n) => n * Unit / (1 - (n * Unit));
}
