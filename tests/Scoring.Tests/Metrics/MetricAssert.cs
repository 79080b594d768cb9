using MuSc.Scoring.Metrics;

namespace MuSc.Scoring.Tests.Metrics;

internal static class MetricAssert
{
    public static void Near(double? expected, double? actual, double tolerance, string what)
    {
        Assert.True(
            expected is null == actual is null && (expected is null || Math.Abs(expected.Value - actual!.Value) <= tolerance),
            $"{what}: expected {expected?.ToString("R") ?? "not available"}, got {actual?.ToString("R") ?? "not available"}");
    }

    public static void Near(RankingMetrics expected, RankingMetrics actual, double tolerance, string what)
    {
        Near(expected.Auroc, actual.Auroc, tolerance, what + ", AUROC");
        Near(expected.AveragePrecision, actual.AveragePrecision, tolerance, what + ", AP");
        Near(expected.F1Max, actual.F1Max, tolerance, what + ", F1-max");
    }
}
