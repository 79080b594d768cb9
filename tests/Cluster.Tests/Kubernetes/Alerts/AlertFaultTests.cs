using System.Diagnostics;
using System.Globalization;
using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Kubernetes.Alerts;

/// <summary>Each alert of k8s/components/monitoring, made to fire by a fault of its kind in a running cluster, and quiet before.</summary>
public sealed class AlertFaultTests : IDisposable
{
    private const long RoomyDisk = 20_500_000_000;
    private const int Filler = 600_000_000;
    private const int FullDisk = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    // As long as an alert may look back and wait, but for the hour of failed jobs.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(20 * PrometheusServer.SecondsOfAMinute);

    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(5);

    // The least memory that a silo may have: its kept values are full soon. Several threads hold several leases.
    private static readonly Dictionary<string, string> Settings = new() { ["MuSc__MemoryBytes"] = "67108864", ["MuSc__LeaseTime"] = $"{LeaseTime}", ["MuSc__Threads"] = "4" };

    private readonly PrometheusServer _prometheus = new();
    private readonly TestSet _small = TestSet.Synthetic(12, 48);
    private readonly TestSet _large = TestSet.Synthetic(240, 224);
    private readonly string _broken = Directory.CreateTempSubdirectory("musc-broken").FullName;

    public void Dispose()
    {
        _prometheus.Dispose();
        _small.Dispose();
        _large.Dispose();
        Directory.Delete(_broken, recursive: true);
    }

    [AlertFact]
    public async Task Fault_FiresItsAlert_WhichIsQuietBefore()
    {
        using CancellationTokenSource patience = new(Patience);
        CancellationToken cancelled = patience.Token;
        await using ProcessCluster cluster = new();
        using SmallDisk scratch = new(Path.Combine(cluster.Folder, "scratch-1"), RoomyDisk);
        await cluster.StartAsync(1, Role("coordinate,gateway"));
        await cluster.StartAsync(2, Role("extract"));
        await cluster.StartAsync(3, Role("score"));
        SiloProcess scorer = cluster.All[2];
        await using MuScClient client = await cluster.ConnectAsync();
        await _prometheus.ReadyAsync(cancelled);
        _prometheus.Watch(cluster.Running);
        Soak.Report($"A minute of the rules is {PrometheusServer.SecondsOfAMinute} s here: 'for' and windows; thresholds are as they are.");

        Stopwatch quiet = Stopwatch.StartNew();
        IReadOnlyList<ImageResult> expected = await _small.LocalAsync();
        for (int job = 0; quiet.Elapsed < Quiet; job++)
        {
            await client.SubmitAsync(_small.Spec, $"healthy-{job}", cancelled);
            Assert.Equal(expected, (await client.ResultsAsync($"healthy-{job}", cancelled)).Images);
            Assert.Empty(await _prometheus.AlertsAsync(cancelled));
        }

        Soak.Report($"no alert is pending or fires for {quiet.Elapsed.TotalSeconds:F0} s of jobs that end well");

        await client.SubmitAsync(_large.Spec, "large", cancelled);
        await SiloProcess.UntilAsync(() => scorer.Tiles("large") > 0, cancelled);
        await FiresAsync("MuScKeptMemoryFull", "a job came beside one that fills the scorer's memory", () => client.SubmitAsync(_large.Spec, "second", cancelled));
        await client.CancelAsync("second", cancelled);
        await FiresAsync("MuScLeasesExpire", "the scorer began to be stopped for longer than its leases, again and again", () => Task.CompletedTask, async () =>
        {
            scorer.Pause();
            await Task.Delay(LeaseTime + TimeSpan.FromSeconds(2), cancelled);
            scorer.Resume();
        });
        // While it was stopped it did not answer Prometheus either.
        await UntilAsync(alerts => !alerts.Contains("MuScSiloDown"));
        Task nothing = FiresAsync("MuScNothingDone", "the only scorer was killed", () => Task.CompletedTask);
        await FiresAsync("MuScSiloDown", "the scorer was killed", () =>
        {
            scorer.Kill();
            return Task.CompletedTask;
        });
        await nothing;
        await cluster.StartAsync(3, Role("score"));
        _prometheus.Watch(cluster.Running);
        await UntilAsync(alerts => !alerts.Contains("MuScSiloDown") && !alerts.Contains("MuScNothingDone"));
        Soak.Report("MuScSiloDown, MuScNothingDone: quiet again once another scorer had started");
        await client.CancelAsync("large", cancelled);

        string filler = Path.Combine(cluster.Folder, "scratch-1", "filler");
        await FiresAsync("MuScDiskLow", $"a file of {Filler} bytes came to a scratch folder of {RoomyDisk} bytes", () => File.WriteAllBytesAsync(filler, new byte[Filler], cancelled));
        await FiresAsync("MuScAttemptsFail", "a job began whose features fit neither into memory nor on the disk", async () =>
        {
            File.Delete(filler);
            scratch.Resize(FullDisk);
            await client.SubmitAsync(_large.Spec, "full", cancelled);
        });
        JobException failure = await Assert.ThrowsAsync<JobException>(() => client.ResultsAsync("full", cancelled));
        Soak.Report($"  which failed: {failure.Message}");

        for (int image = 0; image < 4; image++)
        {
            await File.WriteAllTextAsync(Path.Combine(_broken, $"{image}.png"), "not an image", cancelled);
        }

        using TestSet broken = TestSet.Of(_broken, 48);
        await FiresAsync("MuScJobsFail", "six jobs of broken images were submitted", async () =>
        {
            for (int job = 0; job < 6; job++)
            {
                await client.SubmitAsync(broken.Spec, $"broken-{job}", cancelled);
                failure = await Assert.ThrowsAsync<JobException>(() => client.ResultsAsync($"broken-{job}", cancelled));
            }
        });
        Soak.Report($"  the last one: {failure.Message}");

        async Task FiresAsync(string alert, string fault, Func<Task> cause, Func<Task>? again = null)
        {
            ILookup<string, string> before = await _prometheus.AlertsAsync(cancelled);
            Assert.False(before.Contains(alert), $"{alert} is {string.Join(", ", before[alert])} before its fault.");
            Stopwatch watch = Stopwatch.StartNew();
            await cause();
            await UntilAsync(alerts => alerts[alert].Contains("firing"), again);
            Soak.Report(string.Create(CultureInfo.InvariantCulture, $"{alert}: quiet before, fires {watch.Elapsed.TotalSeconds:F0} s after {fault}"));
        }

        // Prometheus has no events to wait for.
        async Task UntilAsync(Func<ILookup<string, string>, bool> come, Func<Task>? again = null)
        {
            using PeriodicTimer timer = new(TimeSpan.FromSeconds(0.5));
            while (!come(await _prometheus.AlertsAsync(cancelled)))
            {
                await (again?.Invoke() ?? Task.CompletedTask);
                await timer.WaitForNextTickAsync(cancelled);
            }
        }
    }

    private static Dictionary<string, string> Role(string roles) => new(Settings) { ["MuSc__Roles"] = roles };
}
