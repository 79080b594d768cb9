namespace MuSc.Scoring.Metrics;

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
