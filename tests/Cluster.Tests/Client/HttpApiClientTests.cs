using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;
using MuSc.Silo.Hosting;

namespace MuSc.Cluster.Tests.Client;

/// <summary>What only a client by HTTP meets: keys, others' identifiers, connections that break, servers that restart.</summary>
public sealed class HttpApiClientTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Never => CancellationToken.None;

    private string[] Serve => ["serve", "--data", _folder.At("data"), "--threads", "1"];

    [Fact]
    public async Task ServerWithKeys_LetsInOnlyTheirOwnersEachToWhatIsTheirs()
    {
        string keys = _folder.At("keys.json");
        string anna = await NewKeyAsync("anna", "submit", keys);
        string bert = await NewKeyAsync("bert", "submit", keys);
        using TestSet set = TestSet.Synthetic(4, 48);
        using ServerProcess server = new([.. Serve, "--keys", keys]);
        await server.ReadyAsync();
        await using MuScClient mine = MuScClient.Connect(server.Address, anna);
        await using MuScClient others = MuScClient.Connect(server.Address, bert);

        foreach (string? wrong in (string?[])[null, anna + "x"])
        {
            await using MuScClient client = MuScClient.Connect(server.Address, wrong);
            JobException refused = await RefusedAsync(JobErrorKind.Usage, () => client.ListAsync(Never));
            Assert.Contains("--key-file FILE", refused.Message, StringComparison.Ordinal);
            Assert.Contains("MUSC_KEY", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(anna, refused.Message, StringComparison.Ordinal);
        }

        await RefusedAsync(JobErrorKind.Usage, () => mine.RebuildIndexAsync(Never));
        string images = await SendAsync(mine, set);
        ScoringJobSpec spec = ServedSet.Job(images);
        Assert.True(await mine.SubmitAsync(spec, "taken", Never));
        Assert.Equal("anna", (await mine.StatusAsync("taken", Never)).Owner);

        // Who asks for an identifier of somebody else's learns no more than that it is taken, whatever it is.
        JobException own = await RefusedAsync(JobErrorKind.Conflict, () => mine.SubmitAsync(spec with { Seed = 1 }, "taken", Never));
        ScoringJobSpec theirs = ServedSet.Job(await SendAsync(others, set));
        JobException foreign = await RefusedAsync(JobErrorKind.Conflict, () => others.SubmitAsync(theirs, "taken", Never));
        Assert.Equal(own.Message, foreign.Message);
        await RefusedAsync(JobErrorKind.Conflict, () => others.CreateSetAsync(images, new(), Never));
        await RefusedAsync(JobErrorKind.NotFound, () => others.StatusAsync("taken", Never));
        await RefusedAsync(JobErrorKind.NotFound, () => others.SubmitAsync(spec, "free", Never));
        await RefusedAsync(JobErrorKind.Usage, () => others.SubmitAsync(theirs, "r-0123", Never));
        Assert.Empty(await others.ListAsync(Never));

        string file = _folder.At("key.txt");
        await File.WriteAllTextAsync(file, $"{anna}\n");
        Assert.StartsWith("taken  ", (await MuscProcess.RunAsync("jobs", "--cluster", $"{server.Address}", "--key-file", file)).Expect(0).Out, StringComparison.Ordinal);
        Assert.StartsWith("taken  ", (await RunAsync(anna, "jobs", "--cluster", $"{server.Address}")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("--key-file FILE", (await RunAsync("", "jobs", "--cluster", $"{server.Address}")).Expect(2).Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "two words");
        Assert.DoesNotContain("two words", (await MuscProcess.RunAsync("jobs", "--cluster", $"{server.Address}", "--key-file", file)).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_SendsImagesAndPrintsWhatItPrintsByOrleans()
    {
        using TestSet set = TestSet.Synthetic(5, 48);
        string images = Path.GetDirectoryName(set.Spec.Images[0].Path)!;
        using ServerProcess server = new(Serve);
        await server.ReadyAsync();
        string cluster = $"{server.Address}";
        string[] submit = ["submit", images, "--size", "48", "--no-overlays", "--watch", "--json"];
        MuscProcess http = (await MuscProcess.RunAsync([.. submit, "--cluster", cluster])).Expect(0);
        MuscProcess orleans = (await MuscProcess.RunAsync([.. submit, "--cluster", server.Cluster])).Expect(0);
        Assert.Equal(orleans.Json.GetProperty("images").GetRawText(), http.Json.GetProperty("images").GetRawText());

        string job = http.Json.GetProperty("job").GetString()!;
        foreach (string[] command in (string[][])[["watch", job], ["results", job], ["jobs"], ["jobs", "verify", job]])
        {
            MuscProcess one = await MuscProcess.RunAsync([.. command, "--cluster", cluster]);
            MuscProcess other = await MuscProcess.RunAsync([.. command, "--cluster", server.Cluster]);
            Assert.Equal((other.ExitCode, other.Out), (one.ExitCode, one.Out));
        }

        Assert.StartsWith("2 jobs", (await MuscProcess.RunAsync("jobs", "rebuild-index", "--cluster", cluster)).Expect(0).Out, StringComparison.Ordinal);
        (await MuscProcess.RunAsync("jobs", "delete", job, "--cluster", cluster)).Expect(0);
        Assert.Contains($"no job {job}", (await MuscProcess.RunAsync("watch", job, "--cluster", cluster)).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JobWithFilesOfThisMachine_IsRefusedWithWhatToDo()
    {
        using TestSet set = TestSet.Synthetic(4, 48);
        await using MuScClient client = MuScClient.Connect(new("http://127.0.0.1:9"), null);
        JobException refused = await RefusedAsync(JobErrorKind.Usage, () => client.SubmitAsync(set.Spec, Never));
        Assert.Contains("send the images to a set", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerThatIsNotThere_IsReportedAfterPatience()
    {
        ClusterAddress nowhere = ClusterAddress.Parse($"http://127.0.0.1:{LocalPorts.Free()}") with { Patience = TimeSpan.FromSeconds(1) };
        JobException error = await RefusedAsync(JobErrorKind.Resource, () => MuScClient.ConnectAsync(nowhere, Never));
        Assert.Contains($"{nowhere}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionThatBreaks_LosesNoEventAndMakesNothingTwice()
    {
        using TestSet set = TestSet.Synthetic(24, 48);
        using ServerProcess server = new(Serve);
        await server.ReadyAsync();
        await using MuScClient whole = await server.ConnectAsync();
        await using BreakingProxy proxy = new(server.HttpPort, bytes: 2_000);
        await using MuScClient client = MuScClient.Connect(proxy.Address, null);
        string job = await client.SubmitAsync(ServedSet.Job(await SendAsync(client, set)) with { BlockImages = null }, Never);
        int before = proxy.Broken;
        Assert.NotEqual(0, before);
        Task<List<JobEvent>> expected = whole.EventsAsync(job, 0, Never).ToListAsync().AsTask();
        List<JobEvent> events = await client.EventsAsync(job, 0, Never).ToListAsync();
        Assert.Equal((await expected).Select(news => (news.Number, news.State, news.Progress.Done)), events.Select(news => (news.Number, news.State, news.Progress.Done)));
        Assert.NotEqual(before, proxy.Broken);
        Assert.Single(await client.ListAsync(Never));
        Assert.Equal(24, Assert.Single(await client.ListSetsAsync(new(), Never)).Images);
    }

    [Fact]
    public async Task ServerThatRestarts_IsWatchedOnAndHasEveryEventOnce()
    {
        using TestSet set = TestSet.Synthetic(60, null);
        List<JobEvent> events = [];
        ServerProcess server = new(Serve);
        await server.ReadyAsync();
        await using MuScClient client = MuScClient.Connect(server.Address, null);
        string job = await client.SubmitAsync(ServedSet.Job(await SendAsync(client, set)) with { Size = 224 }, Never);
        long stopped = 0;
        try
        {
            await foreach (JobEvent news in client.EventsAsync(job, 0, Never))
            {
                events.Add(news);
                if (stopped == 0 && news.Progress is { Phase: JobPhase.Extract, Done: > 0 })
                {
                    stopped = news.Number;
                    using (server)
                    {
                        Assert.Equal(0, (await server.CloseAsync()).ExitCode);
                    }

                    server = new(server.HttpPort, Serve);
                    await server.ReadyAsync();
                }
            }
        }
        finally
        {
            server.Dispose();
        }

        Assert.NotEqual(0, stopped);
        Assert.Equal(events.Select(news => news.Number).Distinct().Order(), events.Select(news => news.Number));
        Assert.Contains(events, news => news.Number > stopped);
        Assert.Equal((JobState.Done, JobPhase.Write), (events[^1].State, events[^1].Progress.Phase));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<JobException> RefusedAsync(JobErrorKind kind, Func<Task> call)
    {
        JobException error = await Assert.ThrowsAsync<JobException>(call);
        Assert.Equal(kind, error.Kind);
        return error;
    }

    private static async Task<string> SendAsync(MuScClient client, TestSet images)
    {
        string set = await client.CreateSetAsync(new(), Never);
        foreach (ImageFile image in images.Spec.Images)
        {
            await using FileStream file = File.OpenRead(image.Path);
            await client.PutImageAsync(set, image.Name, file, new(), Never);
        }

        return set;
    }

    private static async Task<string> NewKeyAsync(string name, string rights, string keys) =>
        (await MuscProcess.RunAsync("key", "new", name, "--rights", rights, "--keys", keys)).Expect(0).Out.Trim();

    private static Task<MuscProcess> RunAsync(string key, params string[] command) =>
        MuscProcess.RunAsync(command, _ => { }, new Dictionary<string, string> { ["MUSC_KEY"] = key });
}
