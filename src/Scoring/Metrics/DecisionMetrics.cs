namespace MuSc.Scoring.Metrics;

/// <summary>How often a decision is right (docs/method.md, Metrics), each 0 … 1; null where it has no meaning.</summary>
/// <param name="F1">2·TP / (2·TP + FP + FN).</param>
/// <param name="Precision">TP / (TP + FP); null where nothing is flagged.</param>
/// <param name="Recall">TP / (TP + FN).</param>
/// <param name="BalancedAccuracy">The mean of the shares of anomalous and of normal ones that are decided rightly.</param>
public sealed record DecisionMetrics(double? F1, double? Precision, double? Recall, double? BalancedAccuracy)
{
    /// <summary>Of counts of what was flagged, or not, and is anomalous, or not; not available unless there are both.</summary>
    public static DecisionMetrics Of(long truePositives, long falsePositives, long falseNegatives, long trueNegatives)
    {
        (double anomalous, double normal) = (truePositives + falseNegatives, falsePositives + trueNegatives);
        if (anomalous == 0 || normal == 0)
        {
            return new(null, null, null, null);
        }

        long flagged = truePositives + falsePositives;
        return new(
            2.0 * truePositives / (flagged + anomalous),
            flagged > 0 ? (double)truePositives / flagged : null,
            truePositives / anomalous,
            ((truePositives / anomalous) + (trueNegatives / normal)) / 2);
    }

    /// <summary>Of a decision about each image.</summary>
    /// <param name="flagged">[N] what was decided.</param>
    /// <param name="anomalous">[N] what is true.</param>
    public static DecisionMetrics Of(ReadOnlySpan<bool> flagged, ReadOnlySpan<bool> anomalous)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(anomalous.Length, flagged.Length, nameof(anomalous));
        Span<long> counts = stackalloc long[4];
        for (int image = 0; image < flagged.Length; image++)
        {
            counts[(flagged[image] ? 2 : 0) + (anomalous[image] ? 1 : 0)]++;
        }

        return Of(counts[3], counts[2], counts[1], counts[0]);
    }

    /// <summary>The best balanced accuracy that any threshold has.</summary>
    /// <param name="scores">[N] higher is more anomalous.</param>
    /// <param name="anomalous">[N] what is true.</param>
    public static double? BestBalancedAccuracy(ReadOnlySpan<double> scores, ReadOnlySpan<bool> anomalous)
    {
        double[] ascending = scores.ToArray();
        bool[] labels = anomalous.ToArray();
        Array.Sort(ascending, labels);
        long positives = labels.LongCount(label => label), negatives = labels.Length - positives;
        (long below, long missed) = (0, 0);
        double? best = Of(positives, negatives, 0, 0).BalancedAccuracy;
        for (int image = 0; image < labels.Length; image++)
        {
            (below, missed) = labels[image] ? (below, missed + 1) : (below + 1, missed);
            if (image + 1 == labels.Length || ascending[image + 1] > ascending[image])
            {
                double? here = Of(positives - missed, negatives - below, missed, below).BalancedAccuracy;
                best = here > best ? here : best;
            }
        }

        return best;
    }
}
