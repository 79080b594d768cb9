using System.Text.Json;
using NetVips;

namespace MuSc.Cli.Tests;

/// <summary><c>musc decide</c>, and what <c>musc score</c> decides.</summary>
public sealed class DecideTests(SampleSet set) : IClassFixture<SampleSet>
{
    [Fact]
    public async Task Anomalous_images_are_those_with_a_mask()
    {
        using TempFolder folder = new();
        await ScoreAsync(folder, "--expect", "many");
        IReadOnlyList<ScoresRow> rows = ScoresRow.Read(folder.At("out"));
        Assert.Contains(rows, row => row.Anomalous == true);
        Assert.Contains(rows, row => row.Anomalous == false);
        Assert.All(rows, row => Assert.Equal(row.Anomalous == true, Marked(folder, row.Image) > 0));
    }

    [Fact]
    public async Task Deciding_again_by_the_same_settings_changes_no_byte()
    {
        using TempFolder folder = new();
        await ScoreAsync(folder);
        Dictionary<string, byte[]> before = Files(folder);
        (await MuscProcess.RunAsync("decide", folder.At("out"), "--flag", "4")).Expect(0);
        Assert.Equal(4, ScoresRow.Read(folder.At("out")).Count(row => row.Anomalous == true));
        Assert.All(ScoresRow.Read(folder.At("out")), row => Assert.Equal(row.Anomalous == true, Marked(folder, row.Image) > 0));
        Assert.Contains("By the given threshold, 4 of 12 images are anomalous.", await File.ReadAllTextAsync(folder.At("out", "report.html")), StringComparison.Ordinal);
        (await MuscProcess.RunAsync("decide", folder.At("out"), "--threads", "1")).Expect(0);
        Dictionary<string, byte[]> after = Files(folder);
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        // JSON of run.json may be laid out anew.
        Assert.All(before.Where(file => file.Key != "run.json"), file => Assert.True(file.Value.AsSpan().SequenceEqual(after[file.Key]), file.Key));
        Assert.Equal(["out"], Directory.GetFileSystemEntries(folder.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Map_that_is_absent_leaves_the_results_as_they_were()
    {
        using TempFolder folder = new();
        await ScoreAsync(folder, "--flag", "12");
        File.Delete(Directory.EnumerateFiles(folder.At("out", "maps")).First());
        byte[] scores = await File.ReadAllBytesAsync(folder.At("out", "scores.csv"));
        MuscProcess failed = (await MuscProcess.RunAsync("decide", folder.At("out"), "--flag", "100%")).Expect(3);
        Assert.Contains("map of", failed.Error, StringComparison.Ordinal);
        Assert.Equal(scores, await File.ReadAllBytesAsync(folder.At("out", "scores.csv")));
        Assert.Equal(["out"], Directory.GetFileSystemEntries(folder.Folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("not both", "--flag", "3", "--threshold", "0.4")]
    [InlineData("0.25", "--sensitivity", "9")]
    [InlineData("number of images", "--flag", "many")]
    [InlineData("between 0 and 1", "--mask-top", "2")]
    public async Task Wrong_settings_are_refused(string says, params string[] options)
    {
        using TempFolder folder = new();
        MuscProcess refused = (await MuscProcess.RunAsync(["decide", folder.Folder, .. options])).Expect(2);
        Assert.Contains(says, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_without_results_is_named()
    {
        using TempFolder folder = new();
        MuscProcess refused = (await MuscProcess.RunAsync("decide", folder.Folder)).Expect(3);
        Assert.Contains("run.json is absent", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scores_of_any_method_are_decided()
    {
        using TempFolder folder = new();
        await File.WriteAllTextAsync(folder.At("scores.csv"), "image,score\na.png,0.2\nb.png,0.2\nc.png,0.2\nd ü.png,0.7\ne.png,0.7\n");
        MuscProcess decided = (await MuscProcess.RunAsync("decide", "--scores", folder.At("scores.csv"), "-o", folder.At("decided.csv"), "--json")).Expect(0);
        JsonElement decision = JsonDocument.Parse(decided.Out).RootElement.GetProperty("decision");
        Assert.Equal("separated", decision.GetProperty("state").GetString());
        Assert.Equal(["false", "false", "false", "true", "true"], (await File.ReadAllLinesAsync(folder.At("decided.csv"))).Skip(1).Select(line => line.Split(',')[2]));
    }

    private static int Marked(TempFolder folder, string image)
    {
        using Image mask = Image.NewFromFile(folder.At("out", "masks", Path.ChangeExtension(image, ".png")));
        return (int)Math.Round(mask.Avg() / 255 * mask.Width * mask.Height);
    }

    private static Dictionary<string, byte[]> Files(TempFolder folder) => Directory.EnumerateFiles(folder.At("out"), "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(folder.At("out"), file), File.ReadAllBytes);

    private async Task ScoreAsync(TempFolder folder, params string[] options) =>
        (await MuscProcess.RunAsync(["score", set.Images, "--out", folder.At("out"), "--size", "112", .. options])).Expect(0);
}
