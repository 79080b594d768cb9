using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
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
    private int _requests;

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
        NetworkHost user = cluster.Add("user", new() { ["musc-client"] = "true" });
        NetworkHost stranger = cluster.Add("stranger", new() { ["musc-client"] = "true" }, new() { ["kubernetes.io/metadata.name"] = "other" });
        NetworkHost metadata = cluster.Add("metadata", []);
        Pod coordinator = cluster.Pods.Single(pod => pod.Name.Contains("coordinator", StringComparison.Ordinal));
        using Process service = Serve(metadata);
        try
        {
            Assert.True(await UntilReachedAsync(user, metadata));
            Assert.True(await user.ReachesAsync(coordinator.Host.Address, coordinator.Ports["gateway"]));
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

        using HttpClient http = cluster.From(user);
        http.BaseAddress = new Uri("http://musc/v1/");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        await SendAsync(http, () => new(HttpMethod.Post, "sets?id=set") { Content = JsonContent.Create(new { }) }, cancelled);
        foreach (var image in set.Spec.Images)
        {
            string name = string.Join('/', image.Name.Split('/').Select(Uri.EscapeDataString));
            await SendAsync(http, () => new(HttpMethod.Put, $"sets/set/images/{name}") { Content = new ByteArrayContent(File.ReadAllBytes(image.Path)) }, cancelled);
        }

        string[] disturbed = ["undisturbed", "rollouts", "drain"];
        foreach (string job in disturbed)
        {
            await SendAsync(http, () => new(HttpMethod.Post, $"jobs?id={job}") { Content = JsonContent.Create(new { images = new { set = "set" } }) }, cancelled);
            Task disturbance = DisturbAsync(cluster, job, cancelled);
            string status;
            do
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300), cancelled);
                using JsonDocument state = JsonDocument.Parse(await SendAsync(http, () => new(HttpMethod.Get, $"jobs/{job}"), cancelled));
                status = state.RootElement.GetProperty("status").GetString()!;
            }
            while (status is not ("completed" or "failed" or "cancelled") || !disturbance.IsCompleted);

            await disturbance;
            Assert.Equal("completed", status);
            Assert.Equal(expected, await SendAsync(http, () => new(HttpMethod.Get, $"jobs/{job}/files/scores.csv"), cancelled));
            Soak.Report($"{job}: the bits of one machine; {_requests} requests so far, none failed");
        }

        Assert.Equal(0, cluster.Restarts);
    }

    private static async Task DisturbAsync(PodCluster cluster, string job, CancellationToken cancellationToken)
    {
        switch (job)
        {
            case "rollouts":
                foreach (string deployment in (string[])["musc-scorer", "musc-extractor", "musc-coordinator"])
                {
                    await cluster.RollOutAsync(deployment, cancellationToken);
                }

                break;
            case "drain":
                await cluster.DrainAsync([.. cluster.Pods.Where(pod => !pod.Name.Contains("coordinator", StringComparison.Ordinal))], cancellationToken);
                break;
            default:
                break;
        }
    }

    private async Task<byte[]> SendAsync(HttpClient http, Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = request();
        using HttpResponseMessage answer = await http.SendAsync(message, cancellationToken);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{message.Method} {message.RequestUri}: {answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
        _requests++;
        return body;
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
        string[] command = [.. host.Enter, "python3", "-m", "http.server", "80", "--directory", "/var/empty"];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    private static async Task<bool> UntilReachedAsync(NetworkHost from, NetworkHost to)
    {
        for (int attempt = 0; attempt < 50; attempt++)
        {
            if (await from.ReachesAsync(to.Address, 80))
            {
                return true;
            }

            await Task.Delay(200);
        }

        return false;
    }
}
