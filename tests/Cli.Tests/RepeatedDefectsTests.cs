using System.Text.Json;
using MuSc.Engine.Tokens;

namespace MuSc.Cli.Tests;

/// <summary>Defects that sit in many images: <c>--check-repeats</c> and <c>--repeated-defects</c> on planted sets.</summary>
public sealed class RepeatedDefectsTests
{
    private const double Tolerance = 1e-5;

    [SharedTheory("golden", "repeated")]
    [InlineData("cookie_hole_20")]
    [InlineData("tile_hole_40")]
    public async Task Rising_images_and_both_averages_are_the_golden_ones(string set)
    {
        using TempFolder folder = new();
        string golden = Shared.At("golden", "repeated", set);
        JsonElement expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(golden, "expected.json"))).RootElement;
        await ScoreAsync(golden, folder.At("checked"), "--check-repeats");
        await ScoreAsync(golden, folder.At("plain"));
        await ScoreAsync(golden, folder.At("later"), "--repeated-defects");
        Same("patch_scores_0_30", folder.At("checked"));
        Same("patch_scores_40_70", folder.At("later"));
        foreach (string file in new[] { "scores.csv", "patch_scores.npy" })
        {
            Assert.Equal(await File.ReadAllBytesAsync(folder.At("plain", file)), await File.ReadAllBytesAsync(folder.At("checked", file)));
        }

        JsonElement repeats = JsonDocument.Parse(await File.ReadAllTextAsync(folder.At("checked", "scores.json"))).RootElement.GetProperty("repeats");
        HashSet<int> rising = [.. repeats.GetProperty("rising").EnumerateArray().Select(name => int.Parse(name.GetString()!))];
        int[] rise = [.. Ranks("peak_40_70").Zip(Ranks("peak_0_30"), (later, nearest) => later - nearest)];
        HashSet<int> wanted = [.. expected.GetProperty("rising").EnumerateArray().Select(image => image.GetInt32())];
        Assert.NotEmpty(wanted);
        Assert.All(Enumerable.Range(0, rise.Length).Where(image => Math.Abs(rise[image] - (rise.Length / 4.0)) >= 1), image =>
            Assert.Equal(wanted.Contains(image), rising.Contains(image)));
        Assert.InRange(repeats.GetProperty("rank_correlation").GetDouble(), -1, 1);
        Assert.Contains("Defects that may repeat", await File.ReadAllTextAsync(folder.At("checked", "report.html")), StringComparison.Ordinal);

        int[] Ranks(string peaks)
        {
            double[] scores = [.. expected.GetProperty(peaks).EnumerateArray().Select(peak => peak.GetDouble())];
            return [.. scores.Select((score, image) => scores.Where((other, at) => other < score || (other == score && at < image)).Count())];
        }

        void Same(string array, string results) => Assert.All(
            NpyFile.ReadDoubles(Path.Combine(golden, array + ".npy")).Zip(NpyFile.ReadDoubles(Path.Combine(results, "patch_scores.npy"))),
            pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    [Theory]
    [InlineData("--repeated-defects", "--interval", "0,5")]
    [InlineData("--check-repeats", "--interval", "0,5")]
    [InlineData("--check-repeats", "--repeated-defects")]
    public async Task Settings_that_contradict_each_other_are_refused(params string[] options)
    {
        using TempFolder folder = new();
        using SampleSet set = new();
        MuscProcess refused = (await MuscProcess.RunAsync(["score", set.Images, "--out", folder.At("out"), .. options])).Expect(2);
        Assert.NotEmpty(refused.Error);
        Assert.False(Directory.Exists(folder.At("out")));
    }

    private static async Task ScoreAsync(string golden, string results, params string[] options) => (await MuscProcess.RunAsync(
        ["score", "--tokens", Path.Combine(golden, "tokens.npy"), "--size", "224", "--windows", "none", "--out", results, .. options])).Expect(0);
}
