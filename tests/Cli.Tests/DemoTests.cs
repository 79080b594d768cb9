using System.Text.Json;

namespace MuSc.Cli.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task Demo_finds_most_of_its_seeded_defects()
    {
        using TempFolder folder = new();
        MuscProcess demo = (await MuscProcess.RunAsync("demo", "--out", folder.At("demo"))).Expect(0);
        Assert.Matches(@"\b(8|9|10) of the 10 images ranked first show a seeded defect", demo.Out);

        string results = folder.At("demo", "results");
        Assert.Equal(40, Directory.GetFiles(folder.At("demo", "images"), "*.png").Length);
        Assert.Equal(40, Directory.GetFiles(Path.Combine(results, "maps"), "*.tiff").Length);
        Assert.Equal(40, Directory.GetFiles(Path.Combine(results, "overlays"), "*.png").Length);
        Assert.All(
            new[] { "scores.csv", "scores.json", "run.json", "report.html" }, file => Assert.True(File.Exists(Path.Combine(results, file)), file));
    }

    [Fact]
    public async Task Demo_speaks_json_and_keeps_what_is_there()
    {
        using TempFolder folder = new();
        JsonElement json = (await MuscProcess.RunAsync("demo", "--count", "8", "--out", folder.At("demo"), "--json")).Expect(0).Json;
        Assert.Equal(2, json.GetProperty("defective").GetInt32());
        Assert.Equal(8, json.GetProperty("images").GetArrayLength());

        MuscProcess again = (await MuscProcess.RunAsync("demo", "--count", "8", "--out", folder.At("demo"))).Expect(2);
        Assert.Contains("--force", again.Error, StringComparison.Ordinal);
    }
}
