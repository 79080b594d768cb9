using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
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
            Assert.Contains("Serving", await service.StandardOutput.ReadLineAsync(cancelled), StringComparison.Ordinal);
            Assert.True(await user.ReachesAsync(metadata.Address, 80));
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

        // A user who looks every 300 ms from here on, whatever happens to the pods.
        using CancellationTokenSource looks = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        Task looking = LookAsync(http, looks.Token);
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
                await SendAsync(http, () => new(HttpMethod.Post, $"jobs?id={job}") { Content = JsonContent.Create(new { images = new { set = "set" } }) }, cancelled);
                await UntilAsync(http, job, middle, cancelled);
            });
            await disturb(() => begun.Value);
            await begun.Value;
            await UntilAsync(http, job, "completed", cancelled);
            Assert.Equal(expected, await SendAsync(http, () => new(HttpMethod.Get, $"jobs/{job}/files/scores.csv"), cancelled));
            Soak.Report($"{job}, while the job was {middle}: the bits of one machine; {_requests} requests so far, none failed");
        }
    }

    private async Task LookAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(300));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await SendAsync(http, () => new(HttpMethod.Get, "jobs"), CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    // By the job's events, from the last one seen where the stream ends with the pod that sent it.
    private async Task UntilAsync(HttpClient http, string job, string wanted, CancellationToken cancellationToken)
    {
        string? status = null;
        string? last = null;
        while (status != wanted)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"jobs/{job}/events");
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
            using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
            Interlocked.Increment(ref _requests);
            await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
            try
            {
                await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
                {
                    last = item.EventId ?? last;
                    using JsonDocument data = JsonDocument.Parse(item.Data);
                    status = data.RootElement.TryGetProperty("status", out JsonElement said) ? said.GetString() : status;
                    if (status == wanted)
                    {
                        return;
                    }
                }
            }
            catch (Exception error) when (error is IOException or HttpRequestException)
            {
                // The pod is gone; another one goes on.
            }

            Assert.False(status is "completed" or "failed" or "cancelled", $"{job} is {status}, not {wanted}.");
        }
    }

    private async Task<byte[]> SendAsync(HttpClient http, Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = request();
        using HttpResponseMessage answer = await http.SendAsync(message, cancellationToken);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{message.Method} {message.RequestUri}: {answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
        Interlocked.Increment(ref _requests);
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
        string[] command = [.. host.Enter, "python3", "-u", "-m", "http.server", "80", "--directory", "/var/empty"];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }
}
