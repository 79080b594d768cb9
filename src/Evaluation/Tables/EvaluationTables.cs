using MuSc.Evaluation.Published;
using MuSc.Evaluation.Studies;

namespace MuSc.Evaluation.Tables;

/// <summary>Lays an evaluation out as tables.</summary>
public sealed class EvaluationTables
{
    private const string Unavailable = "A dash: the metric has no meaning here, since one of the two classes or all masks are missing.";

    private static readonly PublishedResults Published = PublishedResults.Load();

    private readonly EvaluationResult _result;
    private readonly MetricColumns _columns;
    private readonly PublishedBenchmark? _benchmark;

    private EvaluationTables(EvaluationResult result)
    {
        _result = result;
        _columns = new(saturated: result.Categories.Any(category => category.Metrics.Spro is not null));
        _benchmark = Published.Find(result.Spec.Layout, result.Categories.Select(category => category.Category));
    }

    /// <summary>All tables of an evaluation.</summary>
    public static IReadOnlyList<ReportTable> Of(EvaluationResult result)
    {
        EvaluationTables tables = new(result);
        ReportTable?[] all = [tables.Results(), tables.Differences(), tables.Decisions(), .. result.Studies.Select(tables.Of), tables.Compared(), tables.Times(), tables.Methods()];
        return [.. all.OfType<ReportTable>()];
    }

    private ReportTable Results()
    {
        List<ReportRow> rows = WithMean(category => _columns.Values(category.Metrics));
        if (_benchmark is null)
        {
            return new("results", "Results", "Category", _columns.Names, rows, Unavailable);
        }

        IReadOnlyList<double?> mean = rows[^1].Values;
        bool whole = _result.Categories.Count == _benchmark.Categories.Count;
        if (whole)
        {
            Compare("published: paper", _benchmark.Paper);
            Compare("published: code", _benchmark.Code);
            if (_benchmark.Backbones.FirstOrDefault(other => other.Id == _result.Backbone?.Name && other.Size == _result.Size) is { } same)
            {
                Compare("published: code, this backbone", same.Values);
            }
        }
        else
        {
            Compare(
                "published: code, same categories",
                MetricColumns.Mean([.. _result.Categories.Select(category => _benchmark.Categories[category.Category])]));
        }

        return new(
            "results", $"Results on {_benchmark.Name}", "Category", _columns.Names, rows,
            "Published numbers are with CLIP ViT-L/14-336 at 518 × 518 unless another is named; their PRO is by the authors' steps. "
            + $"Paper: {Published.Sources.Paper}. Code: {Published.Sources.Code}. {Unavailable}");

        void Compare(string name, double?[] published)
        {
            double?[] values = _columns.Published(published);
            rows.Add(new(name, values));
            rows.Add(new("difference", MetricColumns.Difference(mean, values)));
        }
    }

    private ReportTable? Differences() => _benchmark is null ? null : new(
        "differences", "Difference from the authors' code", "Category", _columns.Names,
        [.. _result.Categories.Select(category => new ReportRow(category.Category, MetricColumns.Difference(
            _columns.Values(category.Metrics), _columns.Published(_benchmark.Categories[category.Category]))))],
        $"Ours minus theirs, in percentage points. Theirs: {Published.Sources.Code}.");

    private ReportTable? Decisions()
    {
        if (_result.Categories.Any(category => category.Decision is null))
        {
            return null;
        }

        string states = string.Join("; ", _result.Categories.GroupBy(category => category.Decision!.State)
            .Select(group => $"{group.Key.ToString().ToLowerInvariant()}: {string.Join(", ", group.Select(category => category.Category))}"));
        return new(
            "decisions", "Decisions without labels", "Category",
            ["F1", "F1, best", "precision", "recall", "balanced accuracy", "balanced accuracy, best", "F1 of masks", "F1 of pixels, best"],
            WithMean(category => Percent(category.Decision!, category.Metrics.Pixel.Ranking.F1Max)),
            $"Best: by the threshold that the labels would choose. What the sets were: {states}. {Unavailable}");

        static double?[] Percent(CategoryDecision decision, double? bestOfPixels) =>
        [
            100 * decision.Images.F1, 100 * decision.BestF1, 100 * decision.Images.Precision, 100 * decision.Images.Recall,
            100 * decision.Images.BalancedAccuracy, 100 * decision.BestBalancedAccuracy, 100 * decision.Pixels.F1, 100 * bestOfPixels,
        ];
    }

    private ReportTable? Compared() => _result.Categories.Any(category => category.Methods.Count == 0) ? null : new(
        "compared-methods", "Methods side by side", "Method", ["AUROC-cls before", "AUROC-cls", "AUROC-segm", "score, ms/image"],
        [.. _result.Categories.SelectMany(category => category.Methods.Select(method => new ReportRow(
            _result.Categories.Count == 1 ? method.Name : $"{category.Category}: {method.Name}",
            [100 * method.AurocBefore, 100 * method.Auroc, 100 * method.PixelAuroc, PerImage(category, method.Score)])))],
        "Before and after rescoring. All on one extraction of the features; of one way to aggregate the scores are worked out once.");

    private ReportTable Of(Study study, int at) => new(
        study.Key, study.Title, "Setting", _columns.Names,
        [.. study.Settings.Select((setting, row) => new ReportRow(
            setting.Name, MetricColumns.Mean([.. _result.Categories.Select(category => _columns.Values(category.Studies[at][row]))])))],
        $"Means over {_result.Categories.Count} {(_result.Categories.Count == 1 ? "category" : "categories")}; all from one extraction of the features.");

    private ReportTable? Times() => _result.Backbone is null ? null : new(
        "times", "Time and memory", "Category",
        ["images", "extract, ms/image", "score, ms/image", "both, ms/image", "metrics, ms/image", "features, MiB/image", "peak memory, MiB"],
        WithMean(category =>
        [
            category.Images,
            PerImage(category, category.Extract),
            PerImage(category, category.Score),
            PerImage(category, category.Extract + category.Score),
            PerImage(category, category.Measure),
            (double)category.TokenBytes / (1 << 20),
            (double)category.PeakBytes / (1 << 20),
        ]),
        "Published: 998.8 ms an image in the paper, 955.3 in the authors' README (ViT-L/14-336 at 518, N = 200, one RTX 3090). Peak memory is the program's so far.");

    private static double? PerImage(CategoryRun category, TimeSpan time) => time.TotalMilliseconds / category.Images;

    // Never the sPRO, which none of them gives.
    private ReportTable? Methods() => _benchmark is null || !_result.Spec.Compare ? null : new(
        "methods", $"Published results on {_benchmark.Name}", "Method", MetricColumns.Usual.Names,
        [
            .. _benchmark.Methods.Select(method => new ReportRow(
                $"{method.Name}, {method.Setting} ({method.Venue})", MetricColumns.Usual.Published(method.Values))),
            .. _benchmark.Backbones.Select(backbone => new ReportRow(
                $"MuSc, {backbone.Pretraining} {backbone.Name} at {backbone.Size}", MetricColumns.Usual.Published(backbone.Values))),
        ],
        $"As published, not run here. {Published.Sources.Methods}. MuSc: {Published.Sources.Code}.");

    // A row for each category, and their mean.
    private List<ReportRow> WithMean(Func<CategoryRun, double?[]> values)
    {
        double?[][] measured = [.. _result.Categories.Select(values)];
        return [.. _result.Categories.Zip(measured, (category, row) => new ReportRow(category.Category, row)), new("mean", MetricColumns.Mean(measured))];
    }
}

/// <summary>The columns of the paper's Table 17, PRO in both forms, and the sPRO where a benchmark has it; in percent.</summary>
/// <param name="saturated">Whether it has it.</param>
internal sealed class MetricColumns(bool saturated)
{
    public static MetricColumns Usual { get; } = new(saturated: false);

    public IReadOnlyList<string> Names { get; } =
    [
        "AUROC-cls", "F1-max-cls", "AP-cls", "AUROC-segm", "F1-max-segm", "AP-segm", "PRO-segm", "PRO-segm (authors)",
        .. saturated ? ["sPRO-segm (0.05)"] : (string[])[],
    ];

    public double?[] Values(CategoryMetrics metrics)
    {
        double?[] values =
        [
            metrics.Image.Auroc, metrics.Image.F1Max, metrics.Image.AveragePrecision,
            metrics.Pixel.Ranking.Auroc, metrics.Pixel.Ranking.F1Max, metrics.Pixel.Ranking.AveragePrecision,
            metrics.Pixel.Pro, metrics.Pixel.ProAuthors, metrics.Spro,
        ];
        return [.. values.Take(Names.Count).Select(value => 100 * value)];
    }

    /// <summary>Published numbers in these columns: their PRO is by the authors' steps.</summary>
    public double?[] Published(double?[] values) =>
        [.. values[..(PublishedResults.Count - 1)], null, values[^1], .. saturated ? new double?[1] : []];

    /// <summary>The mean of each column over the rows where it is available.</summary>
    public static double?[] Mean(IReadOnlyList<double?[]> rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Average(row => row[column]))];

    public static double?[] Difference(IEnumerable<double?> values, double?[] published) => [.. values.Zip(published, (value, other) => value - other)];
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
