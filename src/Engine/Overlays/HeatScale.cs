namespace MuSc.Engine.Overlays;

/// <summary>
/// One scale of anomaly scores for the heat maps of a whole set: no heat at <paramref name="Low"/> and below, 70 % of it at
/// <paramref name="High"/>, and ever less of the rest above, so that strong defects still show where they are strongest.
/// </summary>
/// <param name="Low">Where colour begins.</param>
/// <param name="High">Where most of it is reached; above <paramref name="Low"/>.</param>
public sealed record HeatScale(double Low, double High)
{
    /// <summary>The least ratio of the ends: a set whose images are all alike stays dark.</summary>
    public const double LeastRatio = 1.5;

    private const int FewImages = 4;

    /// <summary>Heat at <see cref="High"/>.</summary>
    public const double HeatAtHigh = 0.7;

    /// <summary>
    /// The scale of a set, from its image scores before RsCIN, that is, from the maxima of its maps. Colour begins at
    /// the lower quartile, where a normal image has its maximum, and most of it is reached at the 80th percentile, which odd
    /// images do not move and many defective ones reach; the ends are at least a factor of <see cref="LeastRatio"/> apart.
    /// Less than four images tell nothing of what is normal: there colour begins at three quarters of the least score.
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
    public double Heat(double score) => 1 - Math.Pow(1 - HeatAtHigh, Math.Max(0, score - Low) / (High - Low));

    // Linear between the neighbouring values, as NumPy's default.
    private static double Percentile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
