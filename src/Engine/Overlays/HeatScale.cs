namespace MuSc.Engine.Overlays;

/// <summary>
/// One scale of anomaly scores for the heat maps of a whole set. Where the set has a threshold T, heat is v/(v + T): the same colour is the
/// same evidence in every image of every set. Else there is no heat at the low end and below, 70 % of it at the high end, and ever less of
/// the rest above, so that strong defects still show where they are strongest.
/// </summary>
public sealed record HeatScale
{
    /// <summary>The least ratio of the ends: a set whose images are all alike stays dark.</summary>
    public const double LeastRatio = 1.5;

    /// <summary>Heat at <see cref="High"/>, where there is no threshold.</summary>
    public const double HeatAtHigh = 0.7;

    private const int FewImages = 4;

    /// <summary>A scale between two ends.</summary>
    /// <param name="low">Where colour begins.</param>
    /// <param name="high">Where most of it is reached; above <paramref name="low"/>.</param>
    public HeatScale(double low, double high) => (Low, High) = (low, high);

    /// <summary>Where colour begins.</summary>
    public double Low { get; }

    /// <summary>Where most of it is reached; twice the threshold where there is one.</summary>
    public double High { get; }

    /// <summary>The set's threshold T, where half of the heat is reached; null where it has none that separates it.</summary>
    public double? Threshold { get; private init; }

    /// <summary>The scale whose meaning is a threshold.</summary>
    /// <param name="threshold">T, above 0.</param>
    public static HeatScale ByThreshold(double threshold) => new(0, 2 * threshold) { Threshold = threshold };

    /// <summary>The scale of a set.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="imageScores">Its image scores before RsCIN; at least one, all ≥ 0.</param>
    public static HeatScale Of(SetDecision decision, IEnumerable<double> imageScores) =>
        decision is { ShowsTwoClasses: true, MaskThreshold: > 0 and var threshold } ? ByThreshold(threshold) : FromImageScores(imageScores);

    /// <summary>
    /// The scale of a set without a threshold, from its image scores before RsCIN, that is, from the maxima of its maps. Colour begins at
    /// the lower quartile, where a normal image has its maximum, and most of it is reached at the 80th percentile, which odd
    /// images do not move and many defective ones reach; the ends are at least a factor of <see cref="LeastRatio"/> apart.
    /// Less than four images say nothing of what is normal: there colour begins at three quarters of the least score.
    /// </summary>
    /// <param name="imageScores">At least one score, all ≥ 0.</param>
    public static HeatScale FromImageScores(IEnumerable<double> imageScores)
    {
        double[] sorted = [.. imageScores];
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(imageScores));
        Array.Sort(sorted);
        double low = sorted.Length < FewImages ? 0.75 * sorted[0] : Percentile(sorted, 0.25);
        double high = Math.Max(Percentile(sorted, 0.80), LeastRatio * low);
        return new(low, high > low ? high : low + 1);
    }

    /// <summary>The heat of a score, from 0 up to 1, which only an endless score would reach.</summary>
    public double Heat(double score) => Threshold is { } threshold
        ? Math.Max(0, score) / (Math.Max(0, score) + threshold)
        : 1 - Math.Pow(1 - HeatAtHigh, Math.Max(0, score - Low) / (High - Low));

    // Linear between the neighbouring values, as NumPy's default.
    private static double Percentile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
