namespace MuSc.Scoring.Metrics;

/// <summary>Pixel-level metrics of a set of anomaly maps (SPEC 7). Null means not available.</summary>
/// <param name="Ranking">AUROC, average precision and F1-max over all pixels of all maps.</param>
/// <param name="Pro">
/// Area under the per-region overlap, every distinct score a threshold, up to the limit of the false-positive rate and divided by
/// it; with saturated regions the sPRO of MVTec LOCO AD.
/// </param>
/// <param name="ProAuthors">The same by the authors' 200 steps: strictly above counts as defect, only rates below the limit, stretched to 0 … 1.</param>
public sealed record PixelMetrics(RankingMetrics Ranking, double? Pro, double? ProAuthors);
