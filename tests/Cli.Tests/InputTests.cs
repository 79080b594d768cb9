using System.Text.Json;

namespace MuSc.Cli.Tests;

public sealed class InputTests(SampleSet set) : IClassFixture<SampleSet>
{
    private static readonly string[] Fast = ["--size", "64", "--maps", "none", "--no-overlays"];

    [Fact]
    public async Task All_bad_files_are_listed_before_any_work()
    {
        using TempFolder folder = new();
        Spoil(folder);
        MuscProcess refused = (await MuscProcess.RunAsync(["score", folder.At("in"), "--out", folder.At("out"), .. Fast])).Expect(3);
        Assert.Contains("empty.png", refused.Error, StringComparison.Ordinal);
        Assert.Contains("truncated.png", refused.Error, StringComparison.Ordinal);
        Assert.Contains("text.jpg", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--skip-bad", refused.Error, StringComparison.Ordinal);
        Assert.Equal(["in"], Directory.GetFileSystemEntries(folder.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Bad_files_can_be_left_out_and_are_listed_in_the_results()
    {
        using TempFolder folder = new();
        Spoil(folder);
        MuscProcess done = (await MuscProcess.RunAsync(["score", folder.At("in"), "--skip-bad", "--out", folder.At("out"), "--json", .. Fast])).Expect(0);
        JsonElement[] images = [.. done.Json.GetProperty("images").EnumerateArray()];
        Assert.Equal(3, images.Count(image => image.GetProperty("status").GetString() == "skipped"));
        Assert.Equal(12, images.Count(image => image.GetProperty("status").GetString() == "scored"));
        Assert.Contains(ScoresRow.Read(folder.At("out")), row => row.Image == "empty.png" && row.Status == "skipped: the file is empty" && row.Score is null);
        Assert.Contains("3 files left out", await File.ReadAllTextAsync(folder.At("out", "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_and_folders_may_have_any_letters()
    {
        using TempFolder folder = new();
        string images = folder.At("Prüfbilder 日本", "αβγ [1]");
        Directory.CreateDirectory(images);
        foreach (string file in Directory.GetFiles(set.Images).Take(3))
        {
            File.Copy(file, Path.Combine(images, $"größe & <b> #{Path.GetFileName(file)}"));
        }

        string results = folder.At("Ergebnisse №1");
        (await MuscProcess.RunAsync("score", folder.At("Prüfbilder 日本"), "-r", "--out", results, "--size", "64")).Expect(0);
        Assert.All(ScoresRow.Read(results), row => Assert.StartsWith("αβγ [1]/größe & <b> #part-", row.Image, StringComparison.Ordinal));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(results, "overlays", "αβγ [1]"), "größe*.png").Length);
        Assert.DoesNotContain("<b> #", await File.ReadAllTextAsync(Path.Combine(results, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_image_needs_a_reference()
    {
        using TempFolder folder = new();
        string[] files = [.. Directory.GetFiles(set.Images).Order(StringComparer.Ordinal)];
        MuscProcess alone = (await MuscProcess.RunAsync("score", files[0], "--out", folder.At("out"))).Expect(2);
        Assert.Contains("references", alone.Error, StringComparison.Ordinal);
        (await MuscProcess.RunAsync(["score", files[0], "--references", files[1], "--out", folder.At("out"), .. Fast])).Expect(0);
        Assert.Equal(1, Assert.Single(ScoresRow.Read(folder.At("out"))).Rank);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Few_images_get_finite_scores(int count)
    {
        using TempFolder folder = new();
        string[] files = [.. Directory.GetFiles(set.Images).Order(StringComparer.Ordinal).Take(count)];
        (await MuscProcess.RunAsync(["score", .. files, "--out", folder.At("out"), .. Fast])).Expect(0);
        IReadOnlyList<ScoresRow> rows = ScoresRow.Read(folder.At("out"));
        Assert.Equal(count, rows.Count);
        Assert.All(rows, row => Assert.True(double.IsFinite(row.Score!.Value) && row.Before > 0));
    }

    [Fact]
    public async Task A_list_and_a_pattern_name_images()
    {
        using TempFolder folder = new();
        File.WriteAllLines(folder.At("list.txt"), Directory.GetFiles(set.Images).Take(4));
        (await MuscProcess.RunAsync(["score", folder.At("list.txt"), "--out", folder.At("listed"), .. Fast])).Expect(0);
        Assert.Equal(4, ScoresRow.Read(folder.At("listed")).Count);
        (await MuscProcess.RunAsync(["score", Path.Combine(set.Images, "part-00*.png"), "--out", folder.At("matched"), .. Fast])).Expect(0);
        Assert.Equal(9, ScoresRow.Read(folder.At("matched")).Count);
    }

    private void Spoil(TempFolder folder)
    {
        Directory.CreateDirectory(folder.At("in"));
        string[] files = Directory.GetFiles(set.Images);
        foreach (string file in files)
        {
            File.Copy(file, folder.At("in", Path.GetFileName(file)));
        }

        File.WriteAllBytes(folder.At("in", "empty.png"), []);
        File.WriteAllBytes(folder.At("in", "truncated.png"), File.ReadAllBytes(files[0])[..2000]);
        File.WriteAllText(folder.At("in", "text.jpg"), "this is no image");
    }
}
