using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation;

/// <summary>All metrics of one category (docs/method.md, Metrics), each 0 … 1, or null where it has no meaning.</summary>
/// <param name="Image">Of the image scores after RsCIN.</param>
/// <param name="ImageBefore">Of the image scores before RsCIN.</param>
/// <param name="Pixel">Of the anomaly maps.</param>
/// <param name="Spro">Saturated PRO up to a false-positive rate of 0.05; only in MVTec LOCO AD.</param>
public sealed record CategoryMetrics(RankingMetrics Image, RankingMetrics ImageBefore, PixelMetrics Pixel, double? Spro);
