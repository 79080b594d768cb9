using MuSc.Evaluation.Published;

namespace MuSc.Evaluation.Tables;

/// <summary>The columns of the paper's Table 17, PRO in both forms, and the sPRO where a benchmark has it; in percent.</summary>
internal static class MetricColumns
{
    private static readonly string[] Names =
        ["AUROC-cls", "F1-max-cls", "AP-cls", "AUROC-segm", "F1-max-segm", "AP-segm", "PRO-segm", "PRO-segm (authors)"];

    public static IReadOnlyList<string> Of(bool saturated) => saturated ? [.. Names, "sPRO-segm (0.05)"] : Names;

    public static double?[] Values(CategoryMetrics metrics, bool saturated)
    {
        double?[] values =
        [
            metrics.Image.Auroc, metrics.Image.F1Max, metrics.Image.AveragePrecision,
            metrics.Pixel.Ranking.Auroc, metrics.Pixel.Ranking.F1Max, metrics.Pixel.Ranking.AveragePrecision,
            metrics.Pixel.Pro, metrics.Pixel.ProAuthors, metrics.Spro,
        ];
        return [.. values.Take(saturated ? Names.Length + 1 : Names.Length).Select(value => 100 * value)];
    }

    /// <summary>Published numbers in these columns: their PRO is by the authors' steps.</summary>
    public static double?[] Published(double?[] values, bool saturated)
    {
        double?[] placed = [.. values[..(PublishedResults.Count - 1)], null, values[^1], .. saturated ? new double?[1] : []];
        return placed;
    }

    /// <summary>The mean of each column over the rows where it is available.</summary>
    public static double?[] Mean(IReadOnlyList<double?[]> rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Average(row => row[column]))];

    public static double?[] Difference(double?[] values, double?[] published) => [.. values.Zip(published, (value, other) => value - other)];
}
