using System.Diagnostics;
using System.Net.Http.Headers;
using k8s.Models;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Kubernetes.Pods;
using MuSc.Cluster.Tests.Network;
using MuSc.Cluster.Tests.Processes;

namespace MuSc.Cluster.Tests.Kubernetes;

/// <summary>Overlays run without Kubernetes.</summary>
public sealed class PodTests : IDisposable
{
    private const string Set = "set";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(40);
    private static readonly string Overlays = Path.Combine(Shared.Root, "tests", "Cluster.Tests", "Kubernetes", "Overlays");
    private static readonly string Images = Path.Combine(Shared.Root, "..", "shared", "data", "aws_cookie", "test");

    private readonly TestSet _set = Directory.Exists(Images) ? TestSet.Of(Images, null) : TestSet.Synthetic(60, 224);
    private readonly CancellationTokenSource _patience = new(Patience);

    private CancellationToken Cancelled => _patience.Token;

    public void Dispose()
    {
        _set.Dispose();
        _patience.Dispose();
    }

    [PodFact]
    public Task LocalOverlay_ScoresOverHttpThroughRolloutsAndADrain_AndIsReachedByNobodyElse() => RunAsync("overlays/local", scorers: 1);

    // Objects of base that nothing here can run: none. Those of components (ScaledObject, Ingress, ServiceMonitor) are not in it.
    [PodFact]
    public Task BaseOverlay_ScoresOverHttpThroughRolloutsAndADrain_AndIsReachedByNobodyElse() => RunAsync(Path.Combine(Overlays, "base"), scorers: 2);

    [PodFact]
    public async Task FullScratchVolume_FailsTheJobWithItsReason_AndTheNextOneRuns()
    {
        byte[] expected = await ExpectedAsync();
        (string key, V1Secret keys) = await KeysAsync();
        await using PodCluster cluster = await StartAsync(Path.Combine(Overlays, "full-scratch"), keys);
        using HttpClient http = Http(cluster, cluster.Add("user", new() { ["musc-client"] = "true" }), key);
        PodUser user = new(http);
        await user.UploadAsync(Set, _set, Cancelled);
        await user.SubmitAsync("too-large", Set, 448, Cancelled);
        await user.UntilAsync("too-large", "failed", Cancelled);
        string? said = await user.ErrorAsync("too-large", Cancelled);
        Assert.Contains("No space left on device : '/scratch/", said, StringComparison.Ordinal);
        await user.SubmitAsync("fits", Set, null, Cancelled);
        await user.UntilAsync("fits", "completed", Cancelled);
        Assert.Equal(expected, await user.FileAsync("fits", "scores.csv", Cancelled));
        Assert.Equal(0, cluster.Restarts);
        Soak.Report($"full scratch volume: the job failed, the next one that fits has the bits of one machine. The first one: {said}");
    }

    private static HttpClient Http(PodCluster cluster, NetworkHost host, string key)
    {
        HttpClient http = cluster.From(host);
        http.BaseAddress = new Uri("http://musc/v1/");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private static async Task<(string Key, V1Secret Secret)> KeysAsync()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("musc-keys").FullName, "keys.json");
        try
        {
            MuscProcess made = (await MuscProcess.RunAsync(["key", "new", "me", "--rights", "admin", "--keys", file], _ => { })).Expect(0);
            string key = made.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Single(word => word.StartsWith("musc_", StringComparison.Ordinal));
            return (key, new() { ApiVersion = "v1", Kind = "Secret", Metadata = new() { Name = "musc-keys" }, Data = new Dictionary<string, byte[]> { ["keys.json"] = await File.ReadAllBytesAsync(file) } });
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    private async Task RunAsync(string overlay, int scorers)
    {
        byte[] expected = await ExpectedAsync();
        (string key, V1Secret keys) = await KeysAsync();
        await using PodCluster cluster = await StartAsync(overlay, keys);
        NetworkHost host = cluster.Add("user", new() { ["musc-client"] = "true" });
        await RefuseAsync(cluster, host);
        using HttpClient http = Http(cluster, host, key);
        PodUser user = new(http);
        await user.UploadAsync(Set, _set, Cancelled);

        // Somebody looks from here on, whatever happens to the pods.
        using CancellationTokenSource looks = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Task looking = user.LookAsync(looks.Token);
        await RunAsync("undisturbed", "completed", begin => begin());
        await RunAsync("rollout-of-scorers", "scoring", begin => cluster.RollOutAsync("musc-scorer", begin, Cancelled));
        await RunAsync("rollout-of-extractors", "extracting", begin => cluster.RollOutAsync("musc-extractor", begin, Cancelled));
        await RunAsync("rollout-of-coordinators", "scoring", begin => cluster.RollOutAsync("musc-coordinator", begin, Cancelled));
        // One pod of each kind is on the node.
        Pod[] node = [.. cluster.Pods.GroupBy(pod => pod.Deployment).Where(kind => scorers > 1 || kind.Key.Name() != "musc-coordinator").Select(kind => kind.First())];
        await RunAsync("drain", "scoring", begin => cluster.DrainAsync(node, begin, Cancelled));
        await RunAsync("scale-out", "extracting", async begin =>
        {
            await begin();
            await cluster.ScaleOutAsync("musc-scorer", Cancelled);
        });
        Soak.Report($"  of which the new scorer did {await cluster.Pods[^1].MetricAsync(cluster.Node, "musc_tiles_done_total", Cancelled)} tiles");
        await looks.CancelAsync();
        await looking;
        Assert.Equal(0, cluster.Restarts);
        Soak.Report($"{cluster.Started} pods in all, no liveness probe failed so often that its container would have been started again");

        // Jobs that are each submitted and in the middle of their work when a pod is about to end.
        async Task RunAsync(string what, string middle, Func<Func<Task>, Task> disturb)
        {
            List<string> jobs = [];
            await disturb(async () =>
            {
                await EndedAsync();
                jobs.Add($"{what}-{jobs.Count + 1}");
                await user.SubmitAsync(jobs[^1], Set, null, Cancelled);
                await user.UntilAsync(jobs[^1], middle, Cancelled);
            });
            await EndedAsync();
            Soak.Report($"{what}: jobs that were {middle} then: {jobs.Count}, the bits of one machine; {user.Requests} requests so far, none failed");

            async Task EndedAsync()
            {
                if (jobs.Count > 0)
                {
                    await user.UntilAsync(jobs[^1], "completed", Cancelled);
                    Assert.Equal(expected, await user.FileAsync(jobs[^1], "scores.csv", Cancelled));
                }
            }
        }
    }

    private async Task<byte[]> ExpectedAsync()
    {
        await _set.LocalAsync();
        return await File.ReadAllBytesAsync(Path.Combine(_set.Spec.Output.Folder, "scores.csv"), Cancelled);
    }

    private async Task<PodCluster> StartAsync(string overlay, V1Secret keys)
    {
        PodCluster cluster = new([.. Manifests.Read(await Manifests.RenderAsync(overlay)), keys], Path.GetDirectoryName(MuscProcess.Program)!);
        await cluster.StartAsync(Cancelled);
        string kinds = string.Join(", ", cluster.Pods.CountBy(pod => pod.Deployment.Name()).Select(kind => $"{kind.Value} {kind.Key}"));
        Soak.Report($"{Path.GetFileName(overlay)}: {kinds} started; every probe passed, none is root, has a right, or may write outside its mounts");
        return cluster;
    }

    // Who may reach whom.
    private async Task RefuseAsync(PodCluster cluster, NetworkHost user)
    {
        NetworkHost stranger = cluster.Add("stranger", new() { ["musc-client"] = "true" }, new() { ["kubernetes.io/metadata.name"] = "other" });
        NetworkHost metadata = cluster.Add("metadata", []);
        using Process service = Serve(metadata);
        try
        {
            Assert.Contains("Serving", await service.StandardOutput.ReadLineAsync(Cancelled), StringComparison.Ordinal);
            Assert.True(await user.ReachesAsync(metadata.Address, 80));
            foreach (Pod coordinator in cluster.Pods.Where(pod => pod.Deployment.Name() == "musc-coordinator"))
            {
                Assert.True(await user.ReachesAsync(coordinator.Host.Address, coordinator.Ports["gateway"]));
                Assert.False(await stranger.ReachesAsync(coordinator.Host.Address, coordinator.Ports["gateway"]));
                Assert.False(await stranger.ReachesAsync(coordinator.Host.Address, coordinator.Ports["http"]));
            }

            foreach (Pod pod in cluster.Pods)
            {
                Assert.False(await pod.Host.ReachesAsync(metadata.Address, 80));
            }
        }
        finally
        {
            service.Kill();
        }

        Soak.Report("refused: every pod to the metadata service, another namespace to gateways and HTTP");
    }

    // Stands for a cloud's metadata service.
    private static Process Serve(NetworkHost host)
    {
        string[] command = [.. host.Enter, "python3", "-u", "-m", "http.server", "80", "--directory", "/var/empty"];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }
}
