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

    /// <summary>What the threshold gives that is best by some measure: the highest where several are; scores at it are flagged.</summary>
    /// <param name="scores">[N] higher is more anomalous.</param>
    /// <param name="anomalous">[N] what is true.</param>
    /// <param name="measure">The measure.</param>
    /// <returns>The threshold and its metrics; null and nothing unless there are both anomalous and normal ones.</returns>
    public static (double? Threshold, DecisionMetrics Metrics) Best(
        ReadOnlySpan<double> scores, ReadOnlySpan<bool> anomalous, Func<DecisionMetrics, double?> measure)
    {
        double[] ascending = scores.ToArray();
        bool[] labels = anomalous.ToArray();
        Array.Sort(ascending, labels);
        long positives = labels.LongCount(label => label), negatives = labels.Length - positives, found = 0;
        (double? threshold, DecisionMetrics best) = (null, new(null, null, null, null));
        for (int image = labels.Length - 1; image >= 0; image--)
        {
            found += labels[image] ? 1 : 0;
            if (image > 0 && ascending[image - 1] == ascending[image])
            {
                continue;
            }

            long wrong = labels.Length - image - found;
            DecisionMetrics here = Of(found, wrong, positives - found, negatives - wrong);
            if (measure(here) is { } value && !(value <= measure(best)))
            {
                (threshold, best) = (ascending[image], here);
            }
        }

        return (threshold, best);
    }
}
