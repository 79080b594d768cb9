using System.Text.Json;
using MuSc.Evaluation.DataSets;
using MuSc.Evaluation.Published;
using MuSc.Evaluation.Tables;
using MuSc.Features.Backbones;
using MuSc.Features.Images;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation.Tests.Tables;

public sealed class EvaluationTablesTests
{
    private static readonly string[] Nuts = ["bottle", "screw"];

    [Fact]
    public void Results_stand_beside_the_published_numbers_of_the_same_categories()
    {
        IReadOnlyList<ReportTable> tables = EvaluationTables.Of(Result(DataSetLayout.Mvtec, Nuts));

        ReportTable results = tables[0];
        Assert.Equal(["bottle", "screw", "mean", "published: code, same categories", "difference"], results.Rows.Select(row => row.Name));
        Assert.Equal((99.92 + 82.17) / 2, results.Rows[3].Values[0]!.Value, 9);
        Assert.Equal(90 - ((99.92 + 82.17) / 2), results.Rows[4].Values[0]!.Value, 9);
        Assert.Null(results.Rows[3].Values[6]);
        Assert.Equal((96.10 + 94.40) / 2, results.Rows[3].Values[7]!.Value, 9);
        Assert.Equal(90 - 82.17, tables.Single(table => table.Key == "differences").Rows[1].Values[0]!.Value, 9);
    }

    [Fact]
    public void A_whole_benchmark_stands_beside_the_paper_too()
    {
        PublishedBenchmark btad = PublishedResults.Load().Benchmarks.Single(benchmark => benchmark.Name == "BTAD");

        ReportTable results = EvaluationTables.Of(Result(DataSetLayout.Btad, [.. btad.Categories.Keys]))[0];

        Assert.Contains(results.Rows, row => row.Name == "published: paper" && row.Values[0] == 94.8 && row.Values[1] is null);
    }

    [Fact]
    public void A_published_backbone_stands_beside_its_own_numbers()
    {
        PublishedBenchmark btad = PublishedResults.Load().Benchmarks.Single(benchmark => benchmark.Name == "BTAD");
        BackboneInfo backbone = new("dinov2-vitl14", "", 14, 518, [], [], ResizeFilter.Bilinear, "", "", 4, HasClassToken: true, "");

        ReportTable results = EvaluationTables.Of(Result(DataSetLayout.Btad, [.. btad.Categories.Keys]) with { Backbone = backbone, Size = 518 })[0];

        Assert.Contains(results.Rows, row => row.Name == "published: code, this backbone" && row.Values[0] == 95.62);
    }

    [Fact]
    public void Other_benchmarks_have_no_published_numbers()
    {
        Assert.Equal(["bagel", "mean"], EvaluationTables.Of(Result(DataSetLayout.Mvtec, "bagel"))[0].Rows.Select(row => row.Name));
    }

    [Fact]
    public void Published_means_are_those_of_the_published_categories()
    {
        Assert.All(PublishedResults.Load().Benchmarks, benchmark =>
        {
            for (int column = 0; column < PublishedResults.Count; column++)
            {
                // As published: the mean of VisA's pixel AUROC is not that of its categories.
                double tolerance = benchmark.Name == "VisA" && column == 3 ? 0.13 : 0.011;
                Assert.Equal(benchmark.Code[column]!.Value, benchmark.Categories.Values.Average(row => row[column])!.Value, tolerance);
            }

            Assert.Contains(benchmark.Backbones, backbone => backbone.Values.SequenceEqual(benchmark.Code));
        });
    }

    [Fact]
    public void Means_leave_out_what_is_not_available()
    {
        EvaluationResult result = Result(DataSetLayout.Folder, "a", "b");
        CategoryRun unmasked = result.Categories[1] with
        {
            Metrics = result.Categories[1].Metrics with { Pixel = new PixelMetrics(RankingMetrics.NotAvailable, null, null) },
        };

        ReportRow mean = EvaluationTables.Of(result with { Categories = [result.Categories[0], unmasked] })[0].Rows[^1];

        Assert.Equal(60.0, mean.Values[3]);
    }

    [Fact]
    public void Comparison_rows_come_on_request()
    {
        EvaluationResult result = Result(DataSetLayout.Mvtec, Nuts);

        ReportTable methods = EvaluationTables.Of(result with { Spec = result.Spec with { Compare = true } }).Single(table => table.Key == "methods");

        Assert.Contains(methods.Rows, row => row.Name == "WinCLIP, 0-shot (CVPR 2023)" && row.Values[0] == 91.8);
        Assert.Contains("github.com/xrli-U/MuSc", methods.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_hold_the_same_numbers()
    {
        using TempFolder folder = new();
        EvaluationResult result = Result(DataSetLayout.Mvtec, Nuts);

        EvaluationFiles.Write(folder.At("out"), result, EvaluationTables.Of(result));

        Assert.Equal(["evaluation.csv", "evaluation.json", "evaluation.md"], Directory.GetFiles(folder.At("out")).Select(Path.GetFileName).Order());
        Assert.Contains("| bottle | 90.00 |", File.ReadAllText(folder.At("out", "evaluation.md")), StringComparison.Ordinal);
        Assert.Contains("results,bottle,AUROC-cls,90\n", File.ReadAllText(folder.At("out", "evaluation.csv")), StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(folder.At("out", "evaluation.json")));
        Assert.Equal(90, json.RootElement.GetProperty("tables")[0].GetProperty("rows")[0].GetProperty("values")[0].GetDouble());
        Assert.Equal("mvtec", json.RootElement.GetProperty("settings").GetProperty("layout").GetString());
    }

    private static EvaluationResult Result(DataSetLayout layout, params string[] categories)
    {
        CategoryMetrics metrics = new(new(0.9, 0.8, 0.7), new(0.5, 0.5, 0.5), new PixelMetrics(new(0.6, 0.3, 0.4), 0.25, 0.5), null);
        return new(
            new EvaluationSpec { Root = "set", Layout = layout },
            null,
            null,
            [.. categories.Select(category => new CategoryRun(category, 4, metrics, null, default, default, default, 0, 0, []))],
            []);
    }
}
