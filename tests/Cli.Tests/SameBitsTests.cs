namespace MuSc.Cli.Tests;

/// <summary>Nothing about how the work is cut up changes a result.</summary>
public sealed class SameBitsTests(SampleSet set) : IClassFixture<SampleSet>
{
    [Theory]
    [InlineData("--threads", "1", "--block", "1")]
    [InlineData("--threads", "2", "--block", "5")]
    [InlineData("--threads", "3", "--block", "12")]
    [InlineData("--threads", "2", "--memory", "200M")]
    public async Task Threads_blocks_and_memory_change_no_bit(params string[] options)
    {
        using TempFolder folder = new();
        (await Score(folder.At("one"), "--threads", "2")).Expect(0);
        (await Score(folder.At("other"), options)).Expect(0);
        string[] files = [.. Directory.EnumerateFiles(folder.At("one"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder.At("one"), file))
            .Where(file => file is not ("run.json" or "report.html"))];
        Assert.Equal(3 + (3 * 12), files.Length);
        Assert.All(files, file => Assert.True(
            File.ReadAllBytes(folder.At("one", file)).AsSpan().SequenceEqual(File.ReadAllBytes(folder.At("other", file))), $"{file} differs."));
    }

    [Theory]
    [InlineData("--threads", "1", "--block", "1")]
    [InlineData("--threads", "2", "--memory", "200M")]
    public async Task The_second_method_has_one_answer_too(params string[] options)
    {
        using TempFolder folder = new();
        string[] method = ["--method", "musc-v2", "--subsets", "2"];
        (await Score(folder.At("one"), [.. method, "--threads", "3"])).Expect(0);
        (await Score(folder.At("other"), [.. method, .. options])).Expect(0);
        foreach (string file in new[] { "scores.csv", "patch_scores.npy" })
        {
            Assert.Equal(await File.ReadAllBytesAsync(folder.At("one", file)), await File.ReadAllBytesAsync(folder.At("other", file)));
        }
    }

    [Theory]
    [InlineData("--threads", "1", "--block", "1")]
    [InlineData("--threads", "3", "--block", "2")]
    [InlineData("--threads", "2", "--memory", "200M")]
    public async Task So_many_scorers_have_one_answer_too(params string[] options)
    {
        using TempFolder folder = new();
        string[] method = ["--scorers", "6", "--seed", "3"];
        (await Score(folder.At("one"), [.. method, "--threads", "2"])).Expect(0);
        (await Score(folder.At("other"), [.. method, .. options])).Expect(0);
        (await Score(folder.At("all"))).Expect(0);
        Assert.Equal(await File.ReadAllBytesAsync(folder.At("one", "patch_scores.npy")), await File.ReadAllBytesAsync(folder.At("other", "patch_scores.npy")));
        Assert.NotEqual(await File.ReadAllBytesAsync(folder.At("one", "patch_scores.npy")), await File.ReadAllBytesAsync(folder.At("all", "patch_scores.npy")));
        Assert.Contains("\"scorers\": 6", await File.ReadAllTextAsync(folder.At("one", "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Aggregation_and_rescoring_can_be_chosen_apart()
    {
        using TempFolder folder = new();
        Dictionary<string, string[]> all = new()
        {
            ["v1"] = [], ["v2"] = ["--method", "musc-v2"], ["pieces"] = ["--aggregate", "snamd", "--rescore", "salient"], ["mixed"] = ["--rescore", "salient"],
            ["unit"] = ["--aggregate", "snamd-l2"], ["none"] = ["--rescore", "none"], ["back"] = ["--method", "musc-v2", "--aggregate", "lnamd", "--rescore", "class"],
        };
        foreach ((string name, string[] options) in all)
        {
            (await Score(folder.At(name), [.. options, "--maps", "none", "--no-overlays", "--no-report"])).Expect(0);
        }

        Assert.Equal(Read("v2", "scores.csv"), Read("pieces", "scores.csv"));
        Assert.Equal(Read("v1", "scores.csv"), Read("back", "scores.csv"));
        Assert.Equal(Read("v1", "patch_scores.npy"), Read("mixed", "patch_scores.npy"));
        Assert.NotEqual(Read("v1", "scores.csv"), Read("mixed", "scores.csv"));
        Assert.NotEqual(Read("v2", "patch_scores.npy"), Read("unit", "patch_scores.npy"));
        Assert.Equal(Read("v1", "patch_scores.npy"), Read("none", "patch_scores.npy"));
        Assert.All(ScoresRow.Read(folder.At("none")), line => Assert.Equal(line.Before, line.Score));

        byte[] Read(string results, string file) => File.ReadAllBytes(folder.At(results, file));
    }

    private Task<MuscProcess> Score(string results, params string[] options) =>
        MuscProcess.RunAsync(["score", set.Images, "--out", results, "--save-patch-scores", "--size", "112", .. options]);
}
