using MuSc.Evaluation.Published;
using MuSc.Evaluation.Studies;

namespace MuSc.Evaluation.Tables;

/// <summary>Lays an evaluation out as tables.</summary>
public static class EvaluationTables
{
    private const string Unavailable = "A dash: the metric has no meaning here, since one of the two classes or all masks are missing.";

    /// <summary>All tables of an evaluation.</summary>
    public static IReadOnlyList<ReportTable> Of(EvaluationResult result)
    {
        bool saturated = result.Categories.Any(category => category.Metrics.Spro is not null);
        PublishedResults published = PublishedResults.Load();
        PublishedBenchmark? benchmark = published.Find(result.Spec.Layout, result.Categories.Select(category => category.Category));
        List<ReportTable> tables = [Results(result, benchmark, published.Sources, saturated)];
        if (benchmark is not null)
        {
            tables.Add(Differences(result, benchmark, published.Sources, saturated));
        }

        tables.AddRange(result.Studies.Select((study, at) => Of(study, at, result, saturated)));
        if (result.Backbone is not null)
        {
            tables.Add(Times(result));
        }

        if (result.Spec.Compare && benchmark is not null)
        {
            tables.Add(Methods(benchmark, published.Sources));
        }

        return tables;
    }

    private static ReportTable Results(EvaluationResult result, PublishedBenchmark? benchmark, PublishedSources sources, bool saturated)
    {
        double?[][] measured = [.. result.Categories.Select(category => MetricColumns.Values(category.Metrics, saturated))];
        double?[] mean = MetricColumns.Mean(measured);
        List<ReportRow> rows = [.. result.Categories.Zip(measured, (category, row) => new ReportRow(category.Category, row)), new("mean", mean)];
        if (benchmark is null)
        {
            return new("results", "Results", "Category", MetricColumns.Of(saturated), rows, Unavailable);
        }

        bool whole = result.Categories.Count == benchmark.Categories.Count;
        if (whole)
        {
            double?[] paper = MetricColumns.Published(benchmark.Paper, saturated);
            rows.Add(new("published: paper", paper));
            rows.Add(new("difference", MetricColumns.Difference(mean, paper)));
        }

        double?[] code = MetricColumns.Published(
            whole ? benchmark.Code : MetricColumns.Mean([.. result.Categories.Select(category => benchmark.Categories[category.Category])]), saturated);
        rows.Add(new(whole ? "published: code" : "published: code, same categories", code));
        rows.Add(new("difference", MetricColumns.Difference(mean, code)));
        if (whole && benchmark.Backbones.FirstOrDefault(other => other.Id == result.Backbone?.Name && other.Size == result.Size) is { } same)
        {
            double?[] values = MetricColumns.Published(same.Values, saturated);
            rows.Add(new("published: code, this backbone", values));
            rows.Add(new("difference", MetricColumns.Difference(mean, values)));
        }

        return new(
            "results", $"Results on {benchmark.Name}", "Category", MetricColumns.Of(saturated), rows,
            $"Published numbers are with CLIP ViT-L/14-336 at 518 × 518 unless another is named; their PRO is by the authors' steps. Paper: {sources.Paper}. Code: {sources.Code}. {Unavailable}");
    }

    private static ReportTable Differences(EvaluationResult result, PublishedBenchmark benchmark, PublishedSources sources, bool saturated) => new(
        "differences", "Difference from the authors' code", "Category", MetricColumns.Of(saturated),
        [.. result.Categories.Select(category => new ReportRow(category.Category, MetricColumns.Difference(
            MetricColumns.Values(category.Metrics, saturated), MetricColumns.Published(benchmark.Categories[category.Category], saturated))))],
        $"Ours minus theirs, in percentage points. Theirs: {sources.Code}.");

    private static ReportTable Of(Study study, int at, EvaluationResult result, bool saturated) => new(
        study.Key, study.Title, "Setting", MetricColumns.Of(saturated),
        [.. study.Settings.Select((setting, row) => new ReportRow(setting.Name, MetricColumns.Mean(
            [.. result.Categories.Select(category => MetricColumns.Values(category.Studies[at][row], saturated))])))],
        $"Means over {result.Categories.Count} {(result.Categories.Count == 1 ? "category" : "categories")}; all from one extraction of the features.");

    private static ReportTable Times(EvaluationResult result)
    {
        double?[][] values = [.. result.Categories.Select(category => new double?[]
        {
            category.Images,
            PerImage(category, category.Extract),
            PerImage(category, category.Score),
            PerImage(category, category.Extract + category.Score),
            PerImage(category, category.Measure),
            (double)category.TokenBytes / (1 << 20),
            (double)category.PeakBytes / (1 << 20),
        })];
        return new(
            "times", "Time and memory", "Category",
            ["images", "extract, ms/image", "score, ms/image", "both, ms/image", "metrics, ms/image", "features, MiB/image", "peak memory, MiB"],
            [.. result.Categories.Zip(values, (category, row) => new ReportRow(category.Category, row)), new("mean", MetricColumns.Mean(values))],
            "Published: 998.8 ms an image in the paper, 955.3 in the authors' README (ViT-L/14-336 at 518, N = 200, one RTX 3090). Peak memory is the program's so far.");
    }

    private static double? PerImage(CategoryRun category, TimeSpan time) => time.TotalMilliseconds / category.Images;

    private static ReportTable Methods(PublishedBenchmark benchmark, PublishedSources sources) => new(
        "methods", $"Published results on {benchmark.Name}", "Method", MetricColumns.Of(saturated: false),
        [
            .. benchmark.Methods.Select(method => new ReportRow($"{method.Name}, {method.Setting} ({method.Venue})", MetricColumns.Published(method.Values, false))),
            .. benchmark.Backbones.Select(backbone => new ReportRow(
                $"MuSc, {backbone.Pretraining} {backbone.Name} at {backbone.Size}", MetricColumns.Published(backbone.Values, false))),
        ],
        $"As published, not run here. {sources.Methods}. MuSc: {sources.Code}.");
}

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

/// <summary>One table of an evaluation.</summary>
/// <param name="Key">Its name for machines.</param>
/// <param name="Title">What it shows.</param>
/// <param name="RowTitle">What a row is.</param>
/// <param name="Columns">What the numbers are, with their unit where it is not percent.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Note">What must be known to read it, or null.</param>
public sealed record ReportTable(
    string Key, string Title, string RowTitle, IReadOnlyList<string> Columns, IReadOnlyList<ReportRow> Rows, string? Note);

/// <summary>One row.</summary>
/// <param name="Name">What the numbers are of.</param>
/// <param name="Values">One for each column; null where not available.</param>
public sealed record ReportRow(string Name, IReadOnlyList<double?> Values);
