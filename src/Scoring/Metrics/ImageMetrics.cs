namespace MuSc.Scoring.Metrics;

/// <summary>How well a score ranks what is anomalous above what is not (docs/method.md, Metrics). Null means not available: one of the two classes is missing.</summary>
/// <param name="Auroc">Area under the ROC curve, ties by mid-rank, 0 … 1.</param>
/// <param name="AveragePrecision">Average precision, step-wise: Σ (R_i − R_(i−1)) · P_i over the distinct scores, 0 … 1.</param>
/// <param name="F1Max">Largest F1 over all thresholds, 0 … 1.</param>
public sealed record RankingMetrics(double? Auroc, double? AveragePrecision, double? F1Max)
{
    public static RankingMetrics NotAvailable { get; } = new(null, null, null);
}

/// <summary>Image-level AUROC, average precision and F1-max (docs/method.md, Metrics).</summary>
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

/// <summary>
/// AUROC, average precision and F1-max of groups that come in descending order of score. A stretch of the order can be
/// summed apart, given what lies above it, and joined later; the AUROC's sum is exact.
/// </summary>
/// <param name="total">The whole set.</param>
/// <param name="above">What has a higher score than the first group of this stretch.</param>
internal struct RankingSums(ScoreTotals total, ScoreTotals above)
{
    private long _negatives = above.Negatives;
    private long _positives = above.Positives;
    private UInt128 _doubledArea;
    private double _precision;
    private double _f1;

    public void Add(in ScoreGroup group)
    {
        // Twice the trapezoid under the ROC curve in units of 1/(negatives · positives): whole numbers.
        _doubledArea += (UInt128)group.Negatives * (UInt128)((2 * _positives) + group.Positives);
        _negatives += group.Negatives;
        _positives += group.Positives;
        if (group.Positives > 0)
        {
            _precision += group.Positives * ((double)_positives / (_positives + _negatives));
            _f1 = Math.Max(_f1, 2.0 * _positives / ((double)_positives + _negatives + total.Positives));
        }
    }

    /// <summary>Takes in the sums of the next stretch down the order.</summary>
    public void Join(in RankingSums next)
    {
        _doubledArea += next._doubledArea;
        _precision += next._precision;
        _f1 = Math.Max(_f1, next._f1);
    }

    public readonly RankingMetrics Result() => total.Negatives == 0 || total.Positives == 0
        ? RankingMetrics.NotAvailable
        : new((double)_doubledArea / 2 / total.Negatives / total.Positives, _precision / total.Positives, _f1);
}

/// <summary>Everything that has one and the same score; a step of every curve.</summary>
/// <param name="Score">The score.</param>
/// <param name="Negatives">How many of it are normal.</param>
/// <param name="Positives">How many of it are anomalous.</param>
/// <param name="Coverage">What its anomalous pixels add to the regions' coverage, in units of 1 / <see cref="CoverageUnit.One"/>; 0 for images.</param>
internal readonly record struct ScoreGroup(double Score, long Negatives, long Positives, UInt128 Coverage);

/// <summary>Sums over some groups: over all of them, or over those above a score.</summary>
internal readonly record struct ScoreTotals(long Negatives, long Positives, UInt128 Coverage)
{
    public static ScoreTotals operator +(ScoreTotals left, ScoreTotals right) =>
        new(left.Negatives + right.Negatives, left.Positives + right.Positives, left.Coverage + right.Coverage);
}
