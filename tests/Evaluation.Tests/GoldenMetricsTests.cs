using System.Text.Json;
using MuSc.Engine.Tokens;
using MuSc.Evaluation.DataSets;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation.Tests;

/// <summary>Metrics of the scores that the authors' code gave, against the metrics that it gave.</summary>
public sealed class GoldenMetricsTests
{
    private const double Tolerance = 1e-3;

    [SharedTheory("golden")]
    [InlineData("small")]
    [InlineData("odd")]
    [InlineData("tiny")]
    public void Synthetic_sets_have_the_authors_metrics(string set)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Shared.At("golden", set, "manifest.json")));
        int size = manifest.RootElement.GetProperty("size").GetInt32();
        int images = manifest.RootElement.GetProperty("images").GetInt32();
        float[] maps = NpyFile.ReadSingles(Shared.At("golden", set, "anomaly_maps.npy"));
        bool[] masks = [.. ReadBytes(set, "masks").Select(value => value > 0)];
        PixelAccumulator pixels = new(new MemoryRunStore());
        for (int i = 0; i < images; i++)
        {
            Range image = (i * size * size)..((i + 1) * size * size);
            pixels.Add(maps.AsSpan(image), PixelTruth.FromMask(masks.AsSpan(image), size));
        }

        Near(manifest.RootElement.GetProperty("pixel"), pixels.Compute(0.3, 1, CancellationToken.None));
        Near(manifest.RootElement.GetProperty("image"), ImageMetrics.Compute(
            NpyFile.ReadDoubles(Shared.At("golden", set, "image_scores_rscin_1_2_3.npy")), [.. ReadBytes(set, "is_anomaly").Select(value => value > 0)]));
    }

    [SharedTheory("golden", "real")]
    [InlineData("golden/real", "mvtec_leather_mini")]
    [InlineData("golden/real", "aws_cookie")]
    [InlineData("golden/real", "elpv_mono")]
    [InlineData("golden/real", "magnetic_tile")]
    [InlineData("models/compact/expected", "mvtec_leather_mini")]
    [InlineData("models/compact/expected", "aws_cookie")]
    [InlineData("models/compact/expected", "elpv_mono")]
    [InlineData("models/compact/expected", "magnetic_tile")]
    public void Real_sets_have_the_authors_metrics(string folder, string set)
    {
        string answers = Path.Combine(Shared.At(folder.Split('/')), set);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(answers, "expected.json")));
        DataSetCategory category = DataSet.Open(Shared.At("data"), DataSetLayout.Mvtec, [set])[0];
        double[] patches = NpyFile.ReadDoubles(Path.Combine(answers, "patch_scores.npy"));
        int grid = (int)Math.Round(Math.Sqrt(patches.Length / category.Test.Count));
        CategoryScores scores = CategoryScores.Of(patches, grid, expected.RootElement.GetProperty("size").GetInt32());
        bool[] labels = [.. category.Test.Select(image => image.Anomalous)];

        Assert.Equal(expected.RootElement.GetProperty("images").EnumerateArray().Select(name => name.GetString()), category.Test.Select(image => image.Image.Name));
        Near(expected.RootElement.GetProperty("image_before"), ImageMetrics.Compute(scores.Before, labels));
        Near(expected.RootElement.GetProperty("image_after"), ImageMetrics.Compute(Numbers(expected, "after_rscin"), labels));
        (PixelMetrics pixel, _) = new PixelEvaluator(category, MaskRule.Any, 2).Evaluate(scores.Map, CancellationToken.None);
        if (expected.RootElement.TryGetProperty("pixel", out JsonElement metrics))
        {
            Near(metrics, pixel);
        }
        else
        {
            Assert.Equal(new PixelMetrics(RankingMetrics.NotAvailable, null, null), pixel);
        }
    }

    private static void Near(JsonElement expected, PixelMetrics actual)
    {
        Near(expected, actual.Ranking);
        Assert.Equal(expected.GetProperty("aupro_200_steps_fpr_0.3").GetDouble(), actual.ProAuthors!.Value, Tolerance);
        Assert.InRange(actual.Pro!.Value, 0, 1);
    }

    private static void Near(JsonElement expected, RankingMetrics actual)
    {
        Assert.Equal(expected.GetProperty("auroc").GetDouble(), actual.Auroc!.Value, Tolerance);
        Assert.Equal(expected.GetProperty("f1_max").GetDouble(), actual.F1Max!.Value, Tolerance);
        Assert.Equal(expected.GetProperty("ap").GetDouble(), actual.AveragePrecision!.Value, Tolerance);
    }

    private static double[] Numbers(JsonDocument document, string name) =>
        [.. document.RootElement.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>Arrays of bytes lie right after the header, whose tenth byte is the length.</summary>
    private static byte[] ReadBytes(string set, string name)
    {
        byte[] file = File.ReadAllBytes(Shared.At("golden", set, name + ".npy"));
        return file[(10 + BitConverter.ToUInt16(file, 8))..];
    }
}
