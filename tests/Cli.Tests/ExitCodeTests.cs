using System.Diagnostics;

namespace MuSc.Cli.Tests;

public sealed class ExitCodeTests(SampleSet set) : IClassFixture<SampleSet>
{
    [Theory]
    [InlineData("score")]
    [InlineData("score", "{images}", "--degrees", "2")]
    [InlineData("score", "{images}", "--degrees", "1,x")]
    [InlineData("score", "{images}", "--interval", "30%")]
    [InlineData("score", "{images}", "--reduce", "median")]
    [InlineData("score", "{images}", "--size", "230")]
    [InlineData("score", "{images}", "--stages", "9")]
    [InlineData("score", "{images}", "--subsets", "9")]
    [InlineData("score", "{images}", "--mode", "references")]
    [InlineData("score", "{images}", "--device", "tpu")]
    [InlineData("score", "{images}", "--memory", "lots")]
    [InlineData("score", "{images}", "--threads", "0")]
    [InlineData("score", "{images}", "--degres", "3")]
    [InlineData("score", "{images}", "--tokens", "x.npy")]
    [InlineData("frobnicate")]
    [InlineData("demo", "--count", "1")]
    [InlineData("model", "import", "x", "-o", "y", "--stage-norm")]
    [InlineData()]
    public Task Usage_errors_end_with_2(params string[] args) => Ends(2, args);

    [Theory]
    [InlineData("score", "/nowhere/at/all")]
    [InlineData("score", "{images}", "--backbone", "no-such-network")]
    [InlineData("score", "--tokens", "/nowhere/tokens.npy")]
    [InlineData("extract", "/nowhere/at/all")]
    [InlineData("inspect", "/nowhere/net.onnx")]
    public Task Input_errors_end_with_3(params string[] args) => Ends(3, args);

    [Fact]
    public async Task A_device_that_is_not_there_ends_with_4()
    {
        using TempFolder folder = new();
        MuscProcess refused = (await MuscProcess.RunAsync("score", set.Images, "--device", "cuda:77", "--out", folder.At("out"))).Expect(4);
        Assert.Contains("cuda:77", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Folder));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_with_130_and_nothing_stays(string signal)
    {
        using TempFolder folder = new();
        bool sent = false;
        // At this size scoring would take hours.
        MuscProcess cancelled = await MuscProcess.RunAsync(
            ["score", set.Images, "--size", "1536", "--out", folder.At("out")],
            started =>
            {
                if (!sent && started.Line.StartsWith("Checking images", StringComparison.Ordinal))
                {
                    sent = true;
                    Process.Start("kill", [$"-{signal}", $"{started.Process.Id}"]).WaitForExit();
                }
            });
        cancelled.Expect(130);
        Assert.Contains("Cancelled", cancelled.Error, StringComparison.Ordinal);
        Assert.Empty(cancelled.Out);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Folder));
    }

    [Fact]
    public async Task Only_results_are_replaced_by_force_and_whole()
    {
        using TempFolder folder = new();
        string kept = folder.Touch("out", "precious.txt");
        string[] args = ["score", set.Images, "--size", "64", "--maps", "none", "--no-overlays", "--no-masks", "--no-report", "--out", folder.At("out")];
        MuscProcess refused = (await MuscProcess.RunAsync(args)).Expect(2);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        MuscProcess notOurs = (await MuscProcess.RunAsync([.. args, "--force"])).Expect(2);
        Assert.Contains("other things", notOurs.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(kept));

        File.Delete(kept);
        (await MuscProcess.RunAsync(args)).Expect(0);
        string stale = folder.Touch("out", "maps", "stale.tiff");
        (await MuscProcess.RunAsync([.. args, "--force"])).Expect(0);
        Assert.False(File.Exists(stale));
        Assert.Equal(["run.json", "scores.csv", "scores.json"], Directory.GetFileSystemEntries(folder.At("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["out"], Directory.GetFileSystemEntries(folder.Folder).Select(Path.GetFileName));
    }

    private async Task Ends(int exitCode, string[] args)
    {
        using TempFolder folder = new();
        string[] outOption = args is ["score" or "extract", ..] ? ["--out", folder.At("out")] : [];
        MuscProcess ended = (await MuscProcess.RunAsync([.. args.Select(arg => arg == "{images}" ? set.Images : arg), .. outOption])).Expect(exitCode);
        Assert.NotEmpty(ended.Error);
        Assert.Empty(ended.Out);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Folder));
    }
}
