using System.Diagnostics;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>The cluster's commands as a user types them, against a silo that <c>musc</c> started.</summary>
public sealed class CommandTests(CommandTests.Server server) : IClassFixture<CommandTests.Server>, IDisposable
{
    private readonly TestSet _set = TestSet.Synthetic(9, 48);

    private string Images => Path.GetDirectoryName(_set.Spec.Images[0].Path)!;

    public void Dispose() => _set.Dispose();

    [Fact]
    public async Task A_job_is_submitted_watched_listed_and_its_results_are_those_of_one_machine()
    {
        foreach (string[] how in (string[][])[[], ["--upload", "--degrees", "1,3", "--windows", "none", "--block", "2"]])
        {
            string job = await SubmitAsync(how);
            MuscProcess watched = (await RunAsync("watch", job)).Expect(0);
            string[] phases = [.. watched.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':')[0]).Distinct()];
            Assert.Equal(["Checking images", "Extracting tokens", "Scoring pairs", "Writing results"], phases);
            Assert.Contains(Path.Combine(server.Folder, "root", "jobs", job, "results"), watched.Out, StringComparison.Ordinal);

            Assert.Equal(job, (await RunAsync("results", job, "--json")).Expect(0).Json.GetProperty("job").GetString());
            IReadOnlyList<ImageResult> expected = await _set.LocalAsync(
                how.Length == 0 ? _set.Spec : _set.Spec with { Degrees = [1, 3], Windows = [] });
            string[] csv = (await RunAsync("results", job)).Expect(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(PrintedResults.Of(expected), csv);
            Assert.Contains((await RunAsync("jobs")).Expect(0).Out.Split('\n'), line => line.StartsWith(job, StringComparison.Ordinal) && line.EndsWith("Done", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Commands_end_with_the_code_of_what_happened()
    {
        string bad = Path.Combine(Images, "bad.png");
        await File.WriteAllTextAsync(bad, "no image");
        string failed = await SubmitAsync();
        Assert.Contains(bad, (await RunAsync("watch", failed)).Expect(3).Error, StringComparison.Ordinal);
        Assert.Contains(bad, (await RunAsync("results", failed)).Expect(3).Error, StringComparison.Ordinal);
        File.Delete(bad);

        // At this size it would take hours.
        string cancelled = await SubmitAsync("--size", "1536");
        (await RunAsync("cancel", cancelled)).Expect(0);
        Assert.Contains(cancelled, (await RunAsync("watch", cancelled)).Expect(130).Error, StringComparison.Ordinal);
        (await RunAsync("results", cancelled)).Expect(130);

        foreach (string command in (string[])["watch", "results", "cancel"])
        {
            Assert.Contains("no job nothing", (await RunAsync(command, "nothing")).Expect(2).Error, StringComparison.Ordinal);
            Assert.Contains("job", (await RunAsync(command)).Expect(2).Error, StringComparison.Ordinal);
        }

        (await RunAsync("submit", "/nowhere/at/all")).Expect(3);
        (await RunAsync("submit", Images, "--interval", "30%")).Expect(2);
        Assert.Contains("--frob", (await RunAsync("submit", Images, "--frob")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("'nonsense'", (await MuscProcess.RunAsync("jobs", "--cluster", "nonsense")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("--skip-bad", (await MuscProcess.RunAsync("submit", "--help")).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubmitWithWatch_PrintsWhatScorePrints()
    {
        string[] job = [Images, "--size", "48", "--no-report", "--no-overlays", "--top", "4"];
        MuscProcess local = (await MuscProcess.RunAsync(["score", .. job, "--json", "--out", Path.Combine(server.Folder, "local")])).Expect(0);
        MuscProcess cluster = (await RunAsync(["submit", .. job, "--watch", "--json"])).Expect(0);
        Assert.Equal(local.Json.GetProperty("images").GetRawText(), cluster.Json.GetProperty("images").GetRawText());
        Assert.StartsWith($"Job {cluster.Json.GetProperty("job")}", cluster.Error, StringComparison.Ordinal);

        string table = (await RunAsync(["submit", .. job, "--watch"])).Expect(0).Out;
        string expected = (await MuscProcess.RunAsync(["score", .. job, "--force", "--out", Path.Combine(server.Folder, "local")])).Expect(0).Out;
        Assert.Equal(expected[..expected.IndexOf("scored in", StringComparison.Ordinal)], table[..table.IndexOf("scored in", StringComparison.Ordinal)]);

        await File.WriteAllTextAsync(Path.Combine(Images, "bad.png"), "no image");
        (await RunAsync(["submit", .. job, "--watch"])).Expect(3);
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_its_job_running()
    {
        string job = await SubmitAsync("--block", "1");
        using Process watch = Process.Start(
            new ProcessStartInfo(MuscProcess.Program, ["watch", job, "--cluster", $"localhost:{server.Silo.GatewayPort}"]) { RedirectStandardError = true })!;
        Assert.NotNull(await watch.StandardError.ReadLineAsync());
        watch.Kill(entireProcessTree: true);
        await watch.WaitForExitAsync();
        Assert.Equal(10, (await RunAsync("results", job)).Expect(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.EndsWith($"Results: {Path.Combine(server.Folder, "root", "jobs", job, "results", "scores.csv")}", (await RunAsync("watch", job)).Expect(0).Out.Trim(), StringComparison.Ordinal);
    }

    private async Task<string> SubmitAsync(params string[] options)
    {
        string[] size = options.Contains("--size") ? [] : ["--size", "48"];
        MuscProcess submitted = (await RunAsync(["submit", Images, "--no-report", "--no-overlays", .. size, .. options])).Expect(0);
        Assert.Empty(submitted.Error);
        return submitted.Out.Trim();
    }

    private Task<MuscProcess> RunAsync(params string[] arguments) =>
        MuscProcess.RunAsync([.. arguments, "--cluster", $"localhost:{server.Silo.GatewayPort}"]);

    /// <summary>The silo of all these tests. It ends in good order, whatever they made of it.</summary>
    public sealed class Server : IAsyncLifetime
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("musc-commands").FullName;

        public SiloProcess Silo { get; private set; } = null!;

        public Task InitializeAsync()
        {
            Silo = SiloProcess.Alone(Folder, MuscProcess.Program, "serve");
            return Silo.ReadyAsync();
        }

        public async Task DisposeAsync()
        {
            using (Silo)
            {
                await Silo.LeaveAsync();
                Assert.Equal(0, Silo.ExitCode);
            }

            Directory.Delete(Folder, recursive: true);
        }
    }
}
