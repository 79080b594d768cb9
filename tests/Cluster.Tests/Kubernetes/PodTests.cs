using System.Diagnostics;
using System.Net.Http.Headers;
using k8s.Models;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Kubernetes.Pods;
using MuSc.Cluster.Tests.Network;
using MuSc.Cluster.Tests.Processes;

namespace MuSc.Cluster.Tests.Kubernetes;

/// <summary>The overlay for one node, run without Kubernetes.</summary>
public sealed class PodTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [PodFact]
    public async Task LocalOverlay_ScoresOverHttpThroughRolloutsAndADrain_AndIsReachedByNobodyElse()
    {
        using CancellationTokenSource patience = new(Patience);
        CancellationToken cancelled = patience.Token;
        string images = Path.Combine(Shared.Root, "..", "shared", "data", "aws_cookie", "test");
        using TestSet set = Directory.Exists(images) ? TestSet.Of(images, null) : TestSet.Synthetic(60, 224);
        await set.LocalAsync();
        byte[] expected = await File.ReadAllBytesAsync(Path.Combine(set.Spec.Output.Folder, "scores.csv"), cancelled);
        (string key, V1Secret keys) = await KeysAsync();
        await using PodCluster cluster = new([.. Manifests.Read(await Manifests.RenderAsync("overlays/local")), keys], Path.GetDirectoryName(MuscProcess.Program)!);
        await cluster.StartAsync(cancelled);
        Assert.All(cluster.Pods, pod => Assert.Equal(10001, pod.User));
        Soak.Report($"{cluster.Pods.Count} pods started, every probe passed, none is root");

        // Who may reach whom.
        NetworkHost host = cluster.Add("user", new() { ["musc-client"] = "true" });
        NetworkHost stranger = cluster.Add("stranger", new() { ["musc-client"] = "true" }, new() { ["kubernetes.io/metadata.name"] = "other" });
        NetworkHost metadata = cluster.Add("metadata", []);
        Pod coordinator = cluster.Pods.Single(pod => pod.Name.Contains("coordinator", StringComparison.Ordinal));
        using Process service = Serve(metadata);
        try
        {
            Assert.Contains("Serving", await service.StandardOutput.ReadLineAsync(cancelled), StringComparison.Ordinal);
            Assert.True(await host.ReachesAsync(metadata.Address, 80));
            Assert.True(await host.ReachesAsync(coordinator.Host.Address, coordinator.Ports["gateway"]));
            Assert.False(await stranger.ReachesAsync(coordinator.Host.Address, coordinator.Ports["gateway"]));
            Assert.False(await stranger.ReachesAsync(coordinator.Host.Address, coordinator.Ports["http"]));
            foreach (Pod pod in cluster.Pods)
            {
                Assert.False(await pod.Host.ReachesAsync(metadata.Address, 80));
            }
        }
        finally
        {
            service.Kill();
        }

        Soak.Report("refused: a pod to the metadata service, another namespace to gateway and HTTP");

        using HttpClient http = cluster.From(host);
        http.BaseAddress = new Uri("http://musc/v1/");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        PodUser user = new(http);
        await user.UploadAsync("set", set, cancelled);

        // A user who looks every 300 ms from here on, whatever happens to the pods.
        using CancellationTokenSource looks = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        Task looking = user.LookAsync(looks.Token);
        await RunAsync("undisturbed", "completed", _ => Task.CompletedTask);
        await RunAsync("rollout-of-scorers", "scoring", begun => cluster.RollOutAsync("musc-scorer", begun, cancelled));
        await RunAsync("rollout-of-extractors", "extracting", begun => cluster.RollOutAsync("musc-extractor", begun, cancelled));
        await RunAsync("rollout-of-coordinators", "scoring", begun => cluster.RollOutAsync("musc-coordinator", begun, cancelled));
        await RunAsync("drain", "scoring", async begun =>
        {
            await begun();
            await cluster.DrainAsync([.. cluster.Pods.Where(pod => !pod.Name.Contains("coordinator", StringComparison.Ordinal))], cancelled);
        });
        await looks.CancelAsync();
        await looking;
        Assert.Equal(0, cluster.Restarts);

        // A job that is submitted and in the middle of its work when a pod is about to end.
        async Task RunAsync(string job, string middle, Func<Func<Task>, Task> disturb)
        {
            Lazy<Task> begun = new(async () =>
            {
                await user.SubmitAsync(job, "set", cancelled);
                await user.UntilAsync(job, middle, cancelled);
            });
            await disturb(() => begun.Value);
            await begun.Value;
            await user.UntilAsync(job, "completed", cancelled);
            Assert.Equal(expected, await user.FileAsync(job, "scores.csv", cancelled));
            Soak.Report($"{job}, while the job was {middle}: the bits of one machine; {user.Requests} requests so far, none failed");
        }
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

    // Stands for a cloud's metadata service.
    private static Process Serve(NetworkHost host)
    {
        string[] command = [.. host.Enter, "python3", "-u", "-m", "http.server", "80", "--directory", "/var/empty"];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }
}
