using System.Text.Json;
using MuSc.Engine.Tokens;
using Xunit.Abstractions;

namespace MuSc.Cli.Tests;

/// <summary>Real images with a real ViT-Tiny: import, extraction and scoring against what the authors' code gave (golden/real).</summary>
public sealed class VitTinyScoringTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-3;
    private const double RescoredTolerance = 2e-3;

    /// <summary>The two smaller sets; all four where MUSC_SOAK is set (tests/soak/golden-real.sh).</summary>
    public static TheoryData<string, int> Sets()
    {
        TheoryData<string, int> sets = new() { { "mvtec_leather_mini", 448 }, { "aws_cookie", 224 } };
        if (Environment.GetEnvironmentVariable("MUSC_SOAK") is { Length: > 0 })
        {
            sets.Add("magnetic_tile", 224);
            sets.Add("elpv_mono", 224);
        }

        return sets;
    }

    [SharedTheory("models", "vit_tiny_patch16_224")]
    [MemberData(nameof(Sets))]
    public async Task Scores_equal_the_golden_ones(string set, int size)
    {
        using TempFolder folder = new();
        (await MuscProcess.RunAsync(
            "model", "import", Shared.At("models", "vit_tiny_patch16_224", "model.safetensors"), "-o", folder.At("vit-tiny.onnx"),
            "--size", $"{size}", "--mean", "0.5", "--std", "0.5", "--resize", "bicubic")).Expect(0);
        (await MuscProcess.RunAsync(
            "score", Shared.At("data", set, "test"), "-r", "--backbone", folder.At("vit-tiny.onnx"), "--out", folder.At("results"), "--save-patch-scores", "--no-report")).Expect(0);

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Shared.At("golden", "real", set, "expected.json")));
        string[] names = [.. document.RootElement.GetProperty("images").EnumerateArray().Select(name => name.GetString()!)];
        double[] before = Numbers(document, "before_rscin");
        double[] after = Numbers(document, "after_rscin");
        float[] golden = NpyFile.ReadSingles(Shared.At("golden", "real", set, "patch_scores.npy"));
        float[] patches = NpyFile.ReadSingles(folder.At("results", "patch_scores.npy"));
        ScoresRow[] rows = [.. ScoresRow.Read(folder.At("results"))];
        Assert.Equal(names.Order(), rows.Select(row => row.Image).Order());
        Assert.Equal(golden.Length, patches.Length);

        int length = golden.Length / names.Length;
        (double Patch, double Before, double After) worst = default;
        for (int row = 0; row < rows.Length; row++)
        {
            int image = Array.IndexOf(names, rows[row].Image);
            worst.Before = Math.Max(worst.Before, Math.Abs(rows[row].Before!.Value - before[image]));
            worst.After = Math.Max(worst.After, Math.Abs(rows[row].Score!.Value - after[image]));
            for (int patch = 0; patch < length; patch++)
            {
                worst.Patch = Math.Max(worst.Patch, Math.Abs(patches[(row * length) + patch] - golden[(image * length) + patch]));
            }
        }

        output.WriteLine($"{set} at {size}: patch scores {worst.Patch:E2}, scores before RsCIN {worst.Before:E2}, after {worst.After:E2}");
        Assert.InRange(worst.Patch, 0, Tolerance);
        Assert.InRange(worst.Before, 0, Tolerance);
        Assert.InRange(worst.After, 0, RescoredTolerance / (before.Max() - before.Min()));
    }

    private static double[] Numbers(JsonDocument document, string name) =>
        [.. document.RootElement.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
}
