namespace MuSc.Scoring.Metrics;

/// <summary>Everything that has one and the same score; a step of every curve.</summary>
/// <param name="Score">The score.</param>
/// <param name="Negatives">How many of it are normal.</param>
/// <param name="Positives">How many of it are anomalous.</param>
/// <param name="Coverage">What its anomalous pixels add to the regions' coverage, in units of 1 / <see cref="Regions.CoverageUnit.One"/>; 0 for images.</param>
internal readonly record struct ScoreGroup(double Score, long Negatives, long Positives, UInt128 Coverage);

/// <summary>Sums over some groups: over all of them, or over those above a score.</summary>
internal readonly record struct ScoreTotals(long Negatives, long Positives, UInt128 Coverage)
{
    public static ScoreTotals operator +(ScoreTotals left, ScoreTotals right) =>
        new(left.Negatives + right.Negatives, left.Positives + right.Positives, left.Coverage + right.Coverage);
}
