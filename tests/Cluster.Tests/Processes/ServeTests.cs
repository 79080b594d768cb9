using System.Net;
using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Processes;

/// <summary><c>musc serve</c> as a whole cluster on one machine.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task DefaultServer_PrintsTwoLinesAndListensOnLoopback()
    {
        using ServerProcess server = new("serve", "--data", _folder.At("data"));
        (string where, string how) = await server.ReadyAsync();
        Assert.Equal($"musc listens on http://127.0.0.1:{server.HttpPort}, open to everybody on this machine; data in {_folder.At("data")}", where);
        Assert.Equal($"Submit a job: musc submit IMAGES --watch --cluster {server.Cluster}", how);

        IReadOnlyList<IPEndPoint> ports = ListeningPorts.Of(server.Id);
        Assert.Equal(3, ports.Count);
        Assert.All(ports, port => Assert.True(IPAddress.IsLoopback(port.Address), $"{port}"));

        using HttpClient http = new();
        foreach (string path in (string[])["/health/startup", "/health/ready", "/health/live"])
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{server.HttpPort}{path}"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        string metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{server.HttpPort}/metrics"));
        Assert.Contains("service_name=\"musc\"", metrics, StringComparison.Ordinal);
        Assert.Matches("service_version=\"[0-9]", metrics);
        // What alerts count begins at 0: a series that begins with its first failure would not be seen to grow.
        foreach (string counter in (string[])["musc_tiles_done_total{.*", "musc_leases_expired_total{.*", "musc_attempts_failed_total{.*piece=\"tile\"", "musc_attempts_failed_total{.*piece=\"block\""])
        {
            Assert.Matches($"(?m)^{counter}.*}} 0( |$)", metrics);
        }

        Assert.Equal((0, "", ""), await server.CloseAsync());
    }

    [Fact]
    public async Task KilledServer_NextOneGoesOnWithItsJob()
    {
        using TestSet set = TestSet.Synthetic(40, 48);
        IReadOnlyList<ImageResult> expected = await set.LocalAsync();
        string job;
        using (ServerProcess server = new("serve", "--data", _folder.At("data"), "--threads", "1"))
        {
            await server.ReadyAsync();
            await using MuScClient client = await server.ConnectAsync();
            job = await client.SubmitAsync(set.Spec, CancellationToken.None);
            await foreach (JobProgress progress in client.WatchAsync(job, CancellationToken.None))
            {
                if (progress is { Phase: JobPhase.Score, Done: > 0 })
                {
                    break;
                }
            }

            server.Kill();
        }

        using ServerProcess next = new("serve", "--data", _folder.At("data"), "--threads", "1");
        await next.ReadyAsync();
        Assert.Contains($"{job}  ", (await MuscProcess.RunAsync("jobs", "--cluster", next.Cluster)).Expect(0).Out, StringComparison.Ordinal);
        await using MuScClient again = await next.ConnectAsync();
        Assert.Equal(expected, (await again.ResultsAsync(job, CancellationToken.None)).Images);
        string listed = Assert.Single((await MuscProcess.RunAsync("jobs", "--cluster", next.Cluster)).Expect(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.EndsWith("Done", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondServerInTheSameFolder_IsRefused()
    {
        using ServerProcess server = new("serve", "--data", _folder.At("data"));
        await server.ReadyAsync();
        using ServerProcess second = new("serve", "--data", _folder.At("data"));
        (int exitCode, string output, string error) = await second.EndAsync();
        Assert.Equal((4, ""), (exitCode, output));
        Assert.Contains(_folder.At("data"), error, StringComparison.Ordinal);
        Assert.Contains("--data", error, StringComparison.Ordinal);

        MuscProcess taken = (await MuscProcess.RunAsync("serve", "--data", _folder.At("other"), "--listen", $"{server.HttpPort}")).Expect(4);
        Assert.Contains($"{server.HttpPort}", taken.Error, StringComparison.Ordinal);
        Assert.Contains("--listen", taken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongSetting_EndsWith2()
    {
        MuscProcess wrong = (await MuscProcess.RunAsync("serve", "--data", _folder.At("data"), "--roles", "score,think", "--listen", "nowhere")).Expect(2);
        Assert.Contains("MuSc:Roles", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("Silo:Listen", wrong.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("data")));
    }

    public void Dispose() => _folder.Dispose();
}
