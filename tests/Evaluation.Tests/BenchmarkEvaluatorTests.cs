using System.Text.Json;
using MuSc.Contracts;
using MuSc.Evaluation.DataSets;
using MuSc.Evaluation.Tables;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation.Tests;

public sealed class BenchmarkEvaluatorTests
{
    private static readonly ScoringJobSpec Small = EvaluationSpec.DefaultScoring with { Size = 112 };

    [SharedTheory("data")]
    [InlineData("mvtec_leather_mini", 8, 11)]
    public void The_compact_backbone_has_the_expected_metrics_end_to_end(string set, int normal, int anomalous)
    {
        EvaluationSpec spec = new() { Root = Shared.At("data"), Layout = DataSetLayout.Mvtec, Categories = [set], MaskRule = MaskRule.Any };
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Shared.At("models", "compact", "expected", set, "expected.json")));
        double swap = 1.0 / (normal * anomalous);

        CategoryMetrics actual = Assert.Single(BenchmarkEvaluator.Run(spec, null, null, CancellationToken.None).Categories).Metrics;

        Near(expected.RootElement.GetProperty("image_before"), actual.ImageBefore, swap);
        Near(expected.RootElement.GetProperty("image_after"), actual.Image, swap);
        JsonElement pixel = expected.RootElement.GetProperty("pixel");
        Assert.Equal(pixel.GetProperty("auroc").GetDouble(), actual.Pixel.Ranking.Auroc!.Value, 1e-3);
        Assert.Equal(pixel.GetProperty("f1_max").GetDouble(), actual.Pixel.Ranking.F1Max!.Value, 1e-3);
        Assert.Equal(pixel.GetProperty("ap").GetDouble(), actual.Pixel.Ranking.AveragePrecision!.Value, 1e-3);
        Assert.Equal(pixel.GetProperty("aupro_200_steps_fpr_0.3").GetDouble(), actual.Pixel.ProAuthors!.Value, 2e-3);
    }

    [SharedFact("data")]
    public void Memory_changes_no_result_and_too_little_is_refused()
    {
        using TempFolder folder = new();
        EvaluationSpec spec = new()
        {
            Root = Leather(folder), Layout = DataSetLayout.Mvtec, MaskRule = MaskRule.Any, Scoring = Small, Studies = ["degrees"],
        };
        CategoryRun free = Assert.Single(BenchmarkEvaluator.Run(spec, null, null, CancellationToken.None).Categories);
        CategoryRun bound = Assert.Single(BenchmarkEvaluator.Run(spec with { Scoring = Small with { MemoryBytes = 64L << 30 } }, null, null, CancellationToken.None).Categories);
        Assert.Equal(free.Metrics, bound.Metrics);
        Assert.Equal(free.Studies[0], bound.Studies[0]);

        JobException error = Assert.Throws<JobException>(() => BenchmarkEvaluator.Run(spec with { Scoring = Small with { MemoryBytes = 1 << 20 } }, null, null, CancellationToken.None));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
    }

    [SharedFact("data")]
    public void Ablations_and_shots_come_from_one_extraction()
    {
        using TempFolder folder = new();
        string category = Leather(folder);
        EvaluationSpec spec = new()
        {
            Root = category, Layout = DataSetLayout.Mvtec, MaskRule = MaskRule.Any, Scoring = Small with { Seed = 3 }, Studies = ["degrees", "windows"], Shots = [0, 2],
        };
        List<JobProgress> progress = [];

        EvaluationResult result = BenchmarkEvaluator.Run(spec, null, new Collector(progress), CancellationToken.None);

        CategoryRun run = Assert.Single(result.Categories);
        Assert.Equal(["degrees", "windows", "shots"], result.Studies.Select(study => study.Key));
        Assert.Equal([7, 12, 3], run.Studies.Select(study => study.Count));
        int usual = result.Studies[0].Settings.ToList().FindIndex(setting => setting.Name == "1, 3, 5");
        Assert.Equal(run.Metrics, run.Studies[0][usual]);
        Assert.Equal(run.Metrics, run.Studies[2][0]);
        Assert.Equal(21, progress.Where(step => step.Phase == JobPhase.Extract).Max(step => step.Total));
        Assert.Equal(["results", "differences", "decisions", "degrees", "windows", "shots", "times"], EvaluationTables.Of(result).Select(table => table.Key));
    }

    [Theory]
    [InlineData("degrees", 2)]
    [InlineData("windows", 0)]
    [InlineData("shots", -1)]
    [InlineData("study", 0)]
    public void A_wrong_request_is_refused_before_any_work(string what, int value)
    {
        EvaluationSpec spec = new() { Root = "nowhere", Layout = DataSetLayout.Mvtec };
        spec = what switch
        {
            "degrees" => spec with { Scoring = Small with { Degrees = [value] } },
            "windows" => spec with { Windows = [value] },
            "shots" => spec with { Shots = [value] },
            _ => spec with { Studies = ["weather"] },
        };

        JobException error = Assert.Throws<JobException>(() => BenchmarkEvaluator.Run(spec, null, null, CancellationToken.None));

        Assert.Equal(JobErrorKind.Usage, error.Kind);
    }

    [Fact]
    public void More_references_than_training_images_are_refused()
    {
        using TempFolder folder = new();
        EvaluationSpec spec = new() { Root = Leather(folder), Layout = DataSetLayout.Mvtec, Scoring = Small, Shots = [9] };

        JobException error = Assert.Throws<JobException>(() => BenchmarkEvaluator.Run(spec, null, null, CancellationToken.None));

        Assert.Equal(JobErrorKind.Input, error.Kind);
        Assert.Contains("only 8 normal training images", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The leather set with its eight normal images as training images too.</summary>
    private static string Leather(TempFolder folder)
    {
        string category = folder.At("leather");
        Directory.CreateDirectory(Path.Combine(category, "train"));
        Directory.CreateSymbolicLink(Path.Combine(category, "test"), Shared.At("data", "mvtec_leather_mini", "test"));
        Directory.CreateSymbolicLink(Path.Combine(category, "ground_truth"), Shared.At("data", "mvtec_leather_mini", "ground_truth"));
        Directory.CreateSymbolicLink(Path.Combine(category, "train", "good"), Shared.At("data", "mvtec_leather_mini", "test", "good"));
        return category;
    }

    /// <summary>One swapped rank changes the AUROC by one pair, and what depends on ranks by little more.</summary>
    private static void Near(JsonElement expected, RankingMetrics actual, double swap)
    {
        Assert.Equal(expected.GetProperty("auroc").GetDouble(), actual.Auroc!.Value, swap + 1e-9);
        Assert.Equal(expected.GetProperty("f1_max").GetDouble(), actual.F1Max!.Value, 0.03);
        Assert.Equal(expected.GetProperty("ap").GetDouble(), actual.AveragePrecision!.Value, 0.01);
    }

    private sealed class Collector(List<JobProgress> steps) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            lock (steps)
            {
                steps.Add(value);
            }
        }
    }
}
