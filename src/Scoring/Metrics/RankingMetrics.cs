namespace MuSc.Scoring.Metrics;

/// <summary>How well a score ranks what is anomalous above what is not (SPEC 7). Null means not available: one of the two classes is missing.</summary>
/// <param name="Auroc">Area under the ROC curve, ties by mid-rank, 0 … 1.</param>
/// <param name="AveragePrecision">Average precision, step-wise: Σ (R_i − R_(i−1)) · P_i over the distinct scores, 0 … 1.</param>
/// <param name="F1Max">Largest F1 over all thresholds, 0 … 1.</param>
public sealed record RankingMetrics(double? Auroc, double? AveragePrecision, double? F1Max)
{
    /// <summary>None of the three has a meaning.</summary>
    public static RankingMetrics NotAvailable { get; } = new(null, null, null);
}
