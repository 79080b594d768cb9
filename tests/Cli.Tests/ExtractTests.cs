using System.Text.Json;
using MuSc.Engine.Tokens;

namespace MuSc.Cli.Tests;

public sealed class ExtractTests(SampleSet set) : IClassFixture<SampleSet>
{
    [Fact]
    public async Task Scoring_on_an_emulated_graphics_processor_gives_the_same_bits()
    {
        using TempFolder folder = new();
        (await MuscProcess.RunAsync("extract", set.Images, "--size", "64", "--stages", "4", "--out", folder.At("tokens"))).Expect(0);
        foreach (string device in (string[])["cpu", "gpu-emulated"])
        {
            (await MuscProcess.RunAsync(
                "score", "--tokens", folder.At("tokens", "tokens.npy"), "--device", device, "--degrees", "3", "--save-patch-scores", "--out", folder.At(device))).Expect(0);
        }

        Assert.Equal(File.ReadAllBytes(folder.At("cpu", "patch_scores.npy")), File.ReadAllBytes(folder.At("gpu-emulated", "patch_scores.npy")));
        Assert.Equal(ScoresRow.Read(folder.At("cpu")), ScoresRow.Read(folder.At("gpu-emulated")));
        MuscProcess refused = (await MuscProcess.RunAsync(
            "score", "--tokens", folder.At("tokens", "tokens.npy"), "--device", "cuda:77", "--out", folder.At("none"))).Expect(4);
        Assert.Contains("musc inspect --devices", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("none")));
    }

    [Fact]
    public async Task Scoring_the_extracted_tokens_gives_the_same_scores()
    {
        using TempFolder folder = new();
        JsonElement extracted = (await MuscProcess.RunAsync("extract", set.Images, "--out", folder.At("tokens"), "--json")).Expect(0).Json;
        Assert.Equal(12, extracted.GetProperty("images").GetInt32());
        (await MuscProcess.RunAsync("score", set.Images, "--out", folder.At("images"), "--save-patch-scores")).Expect(0);
        (await MuscProcess.RunAsync(
            "score", "--tokens", folder.At("tokens", "tokens.npy"), "--class-tokens", folder.At("tokens", "class_tokens.npy"),
            "--names", folder.At("tokens", "images.txt"), "--size", "224", "--out", folder.At("arrays"))).Expect(0);

        Assert.Equal(ScoresRow.Read(folder.At("images")), ScoresRow.Read(folder.At("arrays")));
        Assert.Equal(File.ReadAllBytes(folder.At("images", "patch_scores.npy")), File.ReadAllBytes(folder.At("arrays", "patch_scores.npy")));
        Assert.True(File.Exists(folder.At("arrays", "report.html")));
        Assert.False(Directory.Exists(folder.At("arrays", "overlays")));
    }

    [Fact]
    public async Task Arrays_have_the_class_position_first_and_half_precision_on_demand()
    {
        using TempFolder folder = new();
        (await MuscProcess.RunAsync("extract", set.Images, "--stages", "2,4", "--size", "64", "--fp16", "--out", folder.At("tokens"))).Expect(0);
        using (NpyFile tokens = NpyFile.Open(folder.At("tokens", "tokens.npy")))
        {
            Assert.Equal([2, 12, 17, 192], tokens.Shape);
            Assert.Equal(NpyType.Float16, tokens.Type);
        }

        float[] values = NpyFile.ReadSingles(folder.At("tokens", "tokens.npy"));
        Assert.All(values[..192], value => Assert.Equal(0, value));
        Assert.Contains(values[192..384], value => value != 0);
        Assert.Equal(12, File.ReadAllLines(folder.At("tokens", "images.txt")).Length);
    }

    [Fact]
    public async Task Rows_without_names_are_numbered()
    {
        using TempFolder folder = new();
        (await MuscProcess.RunAsync("extract", set.Images, "--size", "64", "--out", folder.At("tokens"))).Expect(0);
        (await MuscProcess.RunAsync("score", "--tokens", folder.At("tokens", "tokens.npy"), "--out", folder.At("results"))).Expect(0);
        IReadOnlyList<ScoresRow> rows = ScoresRow.Read(folder.At("results"));
        Assert.Equal(Enumerable.Range(0, 12).Select(row => $"{row}"), rows.Select(row => row.Image));
        Assert.All(rows, row => Assert.Equal(row.Before, row.Score));
    }
}
