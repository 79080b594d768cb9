namespace MuSc.Scoring.Decisions;

/// <summary>The one threshold of a set.</summary>
public static class SetThreshold
{
    /// <summary>The threshold of one kind of score.</summary>
    /// <param name="peaks">[N] in units, ascending: whether the set separates is always asked of these, where ratios have a meaning.</param>
    /// <param name="scores">[N] in units, ascending: what the threshold is for.</param>
    /// <param name="options">How.</param>
    /// <returns>The threshold in units; none where there are too few images.</returns>
    public static (DecisionState State, long? Threshold) Of(ReadOnlySpan<long> peaks, ReadOnlySpan<long> scores, DecisionOptions options)
    {
        if (options.Threshold is { } given)
        {
            return (DecisionState.Fixed, ScoreUnits.AtOrAbove(given));
        }

        if (options.Flag is { } flag && scores.Length > 0)
        {
            long flagged = flag.Of(scores.Length);
            return (DecisionState.Fixed, flagged > 0 ? scores[(int)(scores.Length - flagged)] : scores[^1] + 1);
        }

        if (scores.Length < Separation.LeastImages)
        {
            return (DecisionState.TooFew, null);
        }

        bool separates = Separation.IsThere(peaks);
        bool split = options.Expect switch
        {
            Expectation.Few => false,
            Expectation.Many => true,
            _ => separates,
        };
        if (split && scores[^1] > scores[scores.Length / 10])
        {
            return (separates ? DecisionState.Separated : DecisionState.Forced, GeometricSplit.Threshold(scores, options.Sensitivity));
        }

        long threshold = OutlierThreshold.Threshold(scores, options.Sensitivity);
        return (scores[^1] >= threshold ? DecisionState.Outliers : DecisionState.Nothing, threshold);
    }
}
