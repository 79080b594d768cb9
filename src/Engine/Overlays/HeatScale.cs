namespace MuSc.Engine.Overlays;

/// <summary>
/// One scale of anomaly scores for the heat maps of a whole set: nothing is shown at <paramref name="Low"/> and below, full
/// heat at <paramref name="High"/> and above.
/// </summary>
/// <param name="Low">Where colour begins.</param>
/// <param name="High">Where it is full; above <paramref name="Low"/>.</param>
public sealed record HeatScale(double Low, double High)
{
    /// <summary>The least ratio of the ends: a set whose images are all alike stays dark.</summary>
    public const double LeastRatio = 1.5;

    /// <summary>
    /// The scale of a set, from its image scores before RsCIN, that is, from the maxima of its maps. Colour begins at
    /// the lower quartile, where a normal image has its maximum, and is full at the 80th percentile, which odd images do not
    /// move and many defective ones reach; the ends are at least a factor of <see cref="LeastRatio"/> apart.
    /// </summary>
    /// <param name="imageScores">At least one score, all ≥ 0.</param>
    public static HeatScale FromImageScores(IEnumerable<double> imageScores)
    {
        double[] sorted = [.. imageScores];
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(imageScores));
        Array.Sort(sorted);
        double low = Percentile(sorted, 0.25);
        double high = Math.Max(Percentile(sorted, 0.80), LeastRatio * low);
        return new(low, high > low ? high : low + 1);
    }

    /// <summary>Where a score lies on the scale, cut to [0, 1].</summary>
    public double Position(double score) => Math.Clamp((score - Low) / (High - Low), 0, 1);

    // Linear between the neighbouring values, as NumPy's default.
    private static double Percentile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
