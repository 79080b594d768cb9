namespace MuSc.Engine.Overlays;

/// <summary>
/// The perceptually uniform colour map "inferno" (N. Smith and S. van der Walt, CC0), from black over red to pale yellow,
/// by Matt Zucker's polynomial fit of degree six (CC0); within 0.03 of the original table.
/// </summary>
public static class InfernoMap
{
    private static ReadOnlySpan<double> Red =>
        [0.0002189403691192265, 0.1065134194856116, 11.60249308247187, -41.70399613139459, 77.162935699427, -71.31942824499214, 25.13112622477341];

    private static ReadOnlySpan<double> Green =>
        [0.001651004631001012, 0.5639564367884091, -3.972853965665698, 17.43639888205313, -33.40235894210092, 32.62606426397723, -12.24266895238567];

    private static ReadOnlySpan<double> Blue =>
        [-0.01948089843709184, 3.932712388889277, -15.9423941062914, 44.35414519872813, -81.80730925738993, 73.20951985803202, -23.07032500287172];

    /// <summary>The colour at <paramref name="t"/>, cut to [0, 1]; each part 0 to 255.</summary>
    public static (double Red, double Green, double Blue) At(double t)
    {
        double x = Math.Clamp(t, 0, 1);
        return (Part(Red, x), Part(Green, x), Part(Blue, x));
    }

    private static double Part(ReadOnlySpan<double> coefficients, double x)
    {
        double sum = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = (sum * x) + coefficients[i];
        }

        return 255 * Math.Clamp(sum, 0, 1);
    }
}
