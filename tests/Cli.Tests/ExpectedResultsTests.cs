using System.Text.Json;
using MuSc.Engine.Tokens;
using MuSc.Scoring.Metrics;
using Xunit.Abstractions;

namespace MuSc.Cli.Tests;

/// <summary>The built program on real images against the independent answers for the compact backbone.</summary>
public sealed class ExpectedResultsTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-3;

    [SharedTheory("models", "compact", "expected")]
    [InlineData("mvtec_leather_mini")]
    [InlineData("aws_cookie")]
    [InlineData("elpv_mono")]
    [InlineData("magnetic_tile")]
    public async Task Scores_are_the_expected_ones(string set)
    {
        using TempFolder folder = new();
        string results = folder.At("results");
        (await MuscProcess.RunAsync(
            "score", Shared.At("data", set, "test"), "-r", "--out", results, "--save-patch-scores", "--maps", "none", "--no-overlays", "--no-report"))
            .Expect(0);

        string expectedFolder = Shared.At("models", "compact", "expected", set);
        JsonElement expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(expectedFolder, "expected.json"))).RootElement;
        IReadOnlyList<ScoresRow> rows = ScoresRow.Read(results);
        Assert.Equal(expected.GetProperty("images").EnumerateArray().Select(name => name.GetString()), rows.Select(row => row.Image));

        double[] before = Numbers(expected, "before_rscin");
        double patches = Largest(
            NpyFile.ReadDoubles(Path.Combine(results, "patch_scores.npy")), NpyFile.ReadDoubles(Path.Combine(expectedFolder, "patch_scores.npy")));
        double images = Largest([.. rows.Select(row => row.Before!.Value)], before);
        double rescored = Largest([.. rows.Select(row => row.Score!.Value)], Numbers(expected, "after_rscin"));
        double afterTolerance = 2 * Tolerance / (before.Max() - before.Min());
        output.WriteLine($"{set}: largest differences: patch scores {patches:e2}, image scores {images:e2}, after RsCIN {rescored:e2} (allowed {afterTolerance:e2})");
        Assert.InRange(patches, 0, Tolerance);
        Assert.InRange(images, 0, Tolerance);
        Assert.InRange(rescored, 0, afterTolerance);

        JsonElement decided = JsonDocument.Parse(await File.ReadAllTextAsync(Shared.At("golden", "decision", $"compact-{set}.json"))).RootElement.GetProperty("peak");
        JsonElement decision = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(results, "scores.json"))).RootElement.GetProperty("decision");
        Assert.Equal(decided.GetProperty("state").GetString(), decision.GetProperty("state").GetString());
        Assert.Equal(decided.GetProperty("threshold").GetDouble(), decision.GetProperty("threshold").GetDouble(), Tolerance);
        output.WriteLine($"{set}: flagged {decision.GetProperty("flagged")}, golden {decided.GetProperty("flagged")}");
        Assert.Equal(decision.GetProperty("flagged").GetInt32(), rows.Count(row => row.Anomalous == true));

        bool[] anomalous = [.. rows.Select(row => !row.Image.StartsWith("good/", StringComparison.Ordinal))];
        AurocIsNear(expected, "image_before", [.. rows.Select(row => row.Before!.Value)], anomalous);
        AurocIsNear(expected, "image_after", [.. rows.Select(row => row.Score!.Value)], anomalous);
    }

    private void AurocIsNear(JsonElement expected, string name, double[] scores, bool[] anomalous)
    {
        double wanted = expected.GetProperty(name).GetProperty("auroc").GetDouble();
        double auroc = ImageMetrics.Compute(scores, anomalous).Auroc!.Value;
        output.WriteLine($"{name}: AUROC {auroc:0.0000}, expected {wanted:0.0000}");
        Assert.Equal(wanted, auroc, 0.01);
    }

    private static double Largest(double[] actual, double[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        return actual.Zip(expected, (one, other) => Math.Abs(one - other)).Max();
    }

    private static double[] Numbers(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
}
