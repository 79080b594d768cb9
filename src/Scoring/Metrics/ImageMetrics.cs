namespace MuSc.Scoring.Metrics;

/// <summary>Image-level AUROC, average precision and F1-max (SPEC 7).</summary>
public static class ImageMetrics
{
    /// <summary>Ranks whole images.</summary>
    /// <param name="scores">[N], finite; higher is more anomalous.</param>
    /// <param name="anomalous">[N], whether each image is anomalous in truth.</param>
    /// <returns>The three metrics; not available unless there are both normal and anomalous images.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a score is not finite.</exception>
    public static RankingMetrics Compute(ReadOnlySpan<double> scores, ReadOnlySpan<bool> anomalous)
    {
        if (scores.Length != anomalous.Length)
        {
            throw new ArgumentException($"{scores.Length} scores for {anomalous.Length} labels.", nameof(anomalous));
        }

        double[] ascending = scores.ToArray();
        bool[] labels = anomalous.ToArray();
        if (!ascending.All(double.IsFinite))
        {
            throw new ArgumentException("A score is not a finite number.", nameof(scores));
        }

        Array.Sort(ascending, labels);
        int positives = labels.Count(label => label);
        RankingSums sums = new(new ScoreTotals(labels.Length - positives, positives, 0), default);
        for (int end = labels.Length; end > 0;)
        {
            int start = end;
            int anomalies = 0;
            while (start > 0 && ascending[start - 1] == ascending[end - 1])
            {
                anomalies += labels[--start] ? 1 : 0;
            }

            sums.Add(new ScoreGroup(ascending[start], end - start - anomalies, anomalies, 0));
            end = start;
        }

        return sums.Result();
    }
}
