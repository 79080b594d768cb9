using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Grains;
using MuSc.Grains.Compute;
using MuSc.Grains.Jobs;
using MuSc.Grains.Messages;
using Orleans.Diagnostics;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>Two silos in this process: jobs of every kind give what one machine gives.</summary>
public sealed class InProcessClusterTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("musc-in-process").FullName;
    private readonly TestSet _set = TestSet.Synthetic(15, 48);
    private InProcessTestCluster _cluster = null!;

    private MuScClient Client => new(_cluster.Client);

    public async Task InitializeAsync() => _cluster = await StartAsync(memory: null);

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _set.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task JobsOfEveryKindSideBySide_GiveBitsOfOneMachine()
    {
        ScoringJobSpec mutual = _set.Spec with { BlockImages = 4 };
        ScoringJobSpec subsets = _set.Spec with { Subsets = 2, Seed = 3, BlockImages = 3 };
        ScoringJobSpec shots = _set.Spec with { Images = [.. _set.Spec.Images.Skip(3)], References = [.. _set.Spec.Images.Take(3)], Mode = ScoringMode.References };
        foreach (ScoringJobSpec spec in new[] { mutual, subsets, shots })
        {
            string job = await Client.SubmitAsync(spec, CancellationToken.None);
            string other = await Client.SubmitAsync(spec with { BlockImages = 5 }, CancellationToken.None);
            IReadOnlyList<ImageResult> expected = await _set.LocalAsync(spec);
            JobResults results = await Client.ResultsAsync(job, CancellationToken.None);
            Assert.Equal(expected, results.Images);
            Assert.Equal(Enum.GetValues<JobPhase>(), results.PhaseTimes.Keys.Order());
            Assert.All(results.PhaseTimes.Values, time => Assert.InRange(time, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(10)));
            Assert.Equal(expected, (await Client.ResultsAsync(other, CancellationToken.None)).Images);
        }

        Assert.Equal(6, (await Client.ListAsync(CancellationToken.None)).Count(job => job.State == JobState.Done));
    }

    [Fact]
    public async Task KeptValuesThatDoNotFit_AreWorkedThroughInStripsOrRefused()
    {
        // Room for a block of four images on each silo, in the two passes that are in flight.
        await using InProcessTestCluster small = await StartAsync(new(1 << 20, 1 << 16, 1 << 16, 5000));
        MuScClient client = new(small.Client);
        ScoringJobSpec spec = _set.Spec with { BlockImages = 4, References = [.. _set.Spec.Images.Take(2)] };
        string job = await client.SubmitAsync(spec, CancellationToken.None);
        Assert.Equal(await _set.LocalAsync(spec), (await client.ResultsAsync(job, CancellationToken.None)).Images);

        await using InProcessTestCluster tiny = await StartAsync(new(1 << 20, 1 << 16, 1 << 16, 500));
        client = new(tiny.Client);
        JobException error = await Assert.ThrowsAsync<JobException>(
            async () => await client.ResultsAsync(await client.SubmitAsync(spec, "tiny", CancellationToken.None), CancellationToken.None));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
        Assert.Contains("a block of 4 images", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnusableImage_FailsTheJobOrIsLeftOut()
    {
        string bad = Path.Combine(_root, "bad.png");
        await File.WriteAllBytesAsync(bad, [1, 2, 3]);
        ScoringJobSpec spec = _set.Spec with { Images = [.. _set.Spec.Images, new ImageFile("bad.png", bad)] };
        JobException failure = await Assert.ThrowsAsync<JobException>(() => RunAsync(spec));
        Assert.Equal(JobErrorKind.Input, failure.Kind);
        Assert.Contains(bad, failure.Message, StringComparison.Ordinal);
        JobResults results = await RunAsync(spec with { SkipBad = true });
        Assert.NotNull(results.Images[^1].Skipped);
        Assert.Equal(await _set.LocalAsync(), results.Images.SkipLast(1));
    }

    [Fact]
    public async Task SameSubmissionTwice_IsOneJobWhoseFilesCanBeFetched()
    {
        Assert.Equal("one", await Client.SubmitAsync(_set.Spec, "one", CancellationToken.None));
        Assert.Equal("one", await Client.SubmitAsync(_set.Spec, "one", CancellationToken.None));
        JobResults results = await Client.ResultsAsync("one", CancellationToken.None);
        Assert.Single(await Client.ListAsync(CancellationToken.None));
        using MemoryStream csv = new();
        await Client.DownloadAsync("one", "scores.csv", csv, CancellationToken.None);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(results.Folder, "scores.csv")), csv.ToArray());
        await Assert.ThrowsAsync<FileNotFoundException>(() => Client.DownloadAsync("one", "secret", csv, CancellationToken.None));
        await Assert.ThrowsAsync<JobException>(() => Client.DownloadAsync("one", "../../../secret", csv, CancellationToken.None));
        ResultRow[] rows = MessagePack.MessagePackSerializer.Deserialize<ResultRow[]>(await Client.ResultsMessagePackAsync("one", CancellationToken.None));
        Assert.Equal(results.Images, rows.Select(row => row.ToResult()));
    }

    [Theory]
    [InlineData(ScoringMode.Mutual, 2)]
    [InlineData(ScoringMode.References, 1)]
    public async Task FileOfTokens_GivesBitsOfOneMachine(ScoringMode mode, int subsets)
    {
        (string tokens, string classTokens) = (Path.Combine(_root, "tokens.npy"), Path.Combine(_root, "class_tokens.npy"));
        Random random = new(5);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        NpyWriter.WriteAll(tokens, Numbers(3 * 14 * 17 * 8), 3, 14, 17, 8);
        NpyWriter.WriteAll(classTokens, Numbers(14 * 6), 14, 6);
        ScoringJobSpec spec = new()
        {
            TokensFile = tokens,
            ClassTokensFile = classTokens,
            TokenNames = [.. Enumerable.Range(0, 14).Select(image => $"part/{image}.png")],
            TokenReferences = 3,
            Stages = [3, 1],
            Mode = mode,
            Subsets = subsets,
            BlockImages = 2,
            Output = new OutputOptions { Folder = Path.Combine(_root, "one machine"), Force = true },
        };
        JobResults results = await RunAsync(spec);
        Assert.Equal(await _set.LocalAsync(spec), results.Images);
        byte[] expected = await File.ReadAllBytesAsync(Path.Combine(spec.Output.Folder, "patch_scores.npy"));
        Assert.Equal(expected, await File.ReadAllBytesAsync(Path.Combine(results.Folder, "patch_scores.npy")));
        Assert.False(Directory.Exists(Path.Combine(results.Folder, "overlays")));

        JobException names = await Assert.ThrowsAsync<JobException>(() => RunAsync(spec with { TokenNames = ["one"] }));
        Assert.Contains("14 images", names.Message, StringComparison.Ordinal);
        JobException missing = await Assert.ThrowsAsync<JobException>(() => RunAsync(spec with { TokensFile = "/nowhere/tokens.npy" }));
        Assert.Equal((JobErrorKind.Input, "/nowhere/tokens.npy: there is no such file."), (missing.Kind, missing.Message));
    }

    [Fact]
    public async Task UploadedImages_GiveBitsOfOneMachine()
    {
        List<ImageFile> sent = [];
        foreach (ImageFile image in _set.Spec.Images)
        {
            await using FileStream file = File.OpenRead(image.Path);
            sent.Add(await Client.UploadAsync("upload", image.Name, file, CancellationToken.None));
        }

        Assert.Equal(await _set.LocalAsync(), (await RunAsync(_set.Spec with { Images = sent })).Images);
    }

    [Fact]
    public async Task CancelledJob_EndsAndWatchingResumesAfterLastEvent()
    {
        string job = await Client.SubmitAsync(_set.Spec with { BlockImages = 1 }, CancellationToken.None);
        await Client.CancelAsync(job, CancellationToken.None);
        await Assert.ThrowsAsync<OperationCanceledException>(() => Client.ResultsAsync(job, CancellationToken.None));
        IJobGrain grain = _cluster.Client.GetGrain<IJobGrain>(job);
        List<JobEvent> events = [];
        await foreach (JobEvent message in grain.WatchAsync(0, CancellationToken.None))
        {
            events.Add(message);
        }

        Assert.Equal(JobState.Cancelled, events[^1].State);
        await foreach (JobEvent message in grain.WatchAsync(events[^1].Number, CancellationToken.None))
        {
            Assert.Fail($"{message} was seen already.");
        }
    }

    [Fact]
    public async Task UnknownJobOrMissingImage_IsNamed()
    {
        JobException unknown = await Assert.ThrowsAsync<JobException>(() => Client.StatusAsync("nothing", CancellationToken.None));
        Assert.Contains("nothing", unknown.Message, StringComparison.Ordinal);
        ScoringJobSpec spec = _set.Spec with { Images = [.. _set.Spec.Images, new ImageFile("gone.png", "/nowhere/gone.png")] };
        JobException missing = await Assert.ThrowsAsync<JobException>(() => RunAsync(spec));
        Assert.Contains("/nowhere/gone.png", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndThatIsBeingStored_IsNotSeenBeforeItIsStored()
    {
        TaskCompletionSource storing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource fail = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using InProcessTestCluster cluster = await StartAsync(memory: null, async state =>
        {
            if (state is JobRecord { State: JobState.Done } && storing.TrySetResult())
            {
                await fail.Task;
                throw new IOException("The database is away.");
            }
        });
        MuScClient client = new(cluster.Client);
        string job = await client.SubmitAsync(_set.Spec, CancellationToken.None);
        await storing.Task;
        Assert.Equal(JobState.Running, (await client.StatusAsync(job, CancellationToken.None)).State);
        fail.SetResult();
        Assert.Equal(await _set.LocalAsync(), (await client.ResultsAsync(job, CancellationToken.None)).Images);
    }

    [Theory]
    [InlineData("the job's state is told to the index")]
    [InlineData("the index forgets it")]
    public async Task EndThatIsInterrupted_IsFinishedByWhoeverAsks(string when)
    {
        bool interrupted = false;
        TaskCompletionSource freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using InProcessTestCluster cluster = await StartAsync(memory: null, state =>
        {
            if (state is IndexRecord { Jobs.Count: > 0 } index && index.Jobs.Values.All(job => job.HasEnded))
            {
                bool told = index.Holding.Count > 0;
                if (!interrupted && told == (when == "the job's state is told to the index"))
                {
                    interrupted = true;
                    throw new InvalidOperationException("Interrupted.");
                }

                if (!told)
                {
                    freed.TrySetResult();
                }
            }

            return Task.CompletedTask;
        });
        MuScClient client = new(cluster.Client);
        string job = await client.SubmitAsync(_set.Spec, CancellationToken.None);
        JobResults results = await client.ResultsAsync(job, CancellationToken.None);
        await freed.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(interrupted);
        Assert.False(Directory.Exists(Path.Combine(Path.GetDirectoryName(results.Folder)!, "work")));
        Assert.Equal(JobState.Done, Assert.Single(await client.ListAsync(CancellationToken.None)).State);
    }

    [Fact]
    public async Task JobThatHasEnded_LeavesNoActivationOnceNobodyAsks()
    {
        await RunAsync(_set.Spec with { BlockImages = 4 });
        IManagementGrain management = _cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        string[] left;
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            await management.ForceActivationCollection(TimeSpan.Zero);
            left = [.. (await management.GetSimpleGrainStatistics()).Where(one => one.ActivationCount > 0).Select(one => one.GrainType)];
        }
        while (left.Any(type => type.Contains("JobGrain", StringComparison.Ordinal)
            || type.Contains("IntervalAverageGrain", StringComparison.Ordinal) || type.Contains("FeatureExtractorGrain", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ExtractionThatFailsInAnUnforeseenWay_FailsTheJob()
    {
        // A batch of more values than an array holds.
        string job = await Client.SubmitAsync(_set.Spec with { Batch = 4_096, Size = 1_024 }, CancellationToken.None);
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        JobException failure = await Assert.ThrowsAsync<JobException>(() => Client.ResultsAsync(job, patience.Token));
        Assert.Equal(JobErrorKind.Resource, failure.Kind);
    }

    [Fact]
    public async Task ResultsThatWereTouched_AreFoundByTheirDigests()
    {
        JobResults results = await RunAsync(_set.Spec with { Output = _set.Spec.Output with { Maps = MapFormat.Npy } });
        string job = Path.GetFileName(Path.GetDirectoryName(results.Folder))!;
        Assert.Empty(await Client.VerifyAsync(job, CancellationToken.None));
        Dictionary<string, string> digests = JsonSerializer.Deserialize<Dictionary<string, string>>(
            await File.ReadAllBytesAsync(Path.Combine(results.Folder, "digests.json")))!;
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(results.Folder, "scores.csv")))), digests["scores.csv"]);

        string map = digests.Keys.First(name => name.StartsWith("maps/", StringComparison.Ordinal));
        await File.AppendAllTextAsync(Path.Combine(results.Folder, "scores.csv"), " ");
        File.Delete(Path.Combine(results.Folder, map));
        await File.WriteAllTextAsync(Path.Combine(results.Folder, "new.txt"), string.Empty);
        Assert.Equal(
            [$"{map}: it is missing", "scores.csv: it was changed", "new.txt: it was not among the results"],
            await Client.VerifyAsync(job, CancellationToken.None));

        File.Delete(Path.Combine(results.Folder, "digests.json"));
        Assert.Equal(["digests.json: it is missing"], await Client.VerifyAsync(job, CancellationToken.None));
    }

    [Fact]
    public async Task JobWhoseTimeIsOver_IsDeletedWithItsResults()
    {
        string kept = await Client.SubmitAsync(_set.Spec, "kept", CancellationToken.None);
        string brief = await Client.SubmitAsync(_set.Spec with { KeepFor = TimeSpan.FromMinutes(5) }, "brief", CancellationToken.None);
        await Client.ResultsAsync(kept, CancellationToken.None);
        string folder = (await Client.ResultsAsync(brief, CancellationToken.None)).Folder;
        DateTimeOffset expires = (await Client.StatusAsync(brief, CancellationToken.None)).Expires!.Value;
        Assert.InRange(expires - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(5));

        IJobRegisterGrain register = _cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IJobRegisterGrain>(GrainKeys.Index);
        await register.SweepAsync(expires.AddSeconds(-1));
        Assert.Equal(JobState.Done, (await Client.StatusAsync(brief, CancellationToken.None)).State);
        while (Directory.Exists(folder))
        {
            // The index may not have heard of the end yet.
            await register.SweepAsync(expires);
        }

        Assert.Equal([kept], (await Client.ListAsync(CancellationToken.None)).Select(job => job.Id));
        Assert.False(Directory.Exists(Path.GetDirectoryName(folder)));
        Assert.Equal(JobErrorKind.Usage, (await Assert.ThrowsAsync<JobException>(() => Client.StatusAsync(brief, CancellationToken.None))).Kind);

        // Its name is free again.
        await Client.ResultsAsync(await Client.SubmitAsync(_set.Spec, "brief", CancellationToken.None), CancellationToken.None);
        await Client.DeleteAsync("brief", CancellationToken.None);
        Assert.Equal([kept], (await Client.ListAsync(CancellationToken.None)).Select(job => job.Id));
    }

    [Fact]
    public async Task WorkOnAJob_IsOneTraceThroughAllParts()
    {
        ConcurrentBag<Activity> spans = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name is ClusterTraces.SourceName or ActivitySources.ApplicationGrainActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        string job = await Client.SubmitAsync(_set.Spec with { BlockImages = 4 }, CancellationToken.None);
        await Client.ResultsAsync(job, CancellationToken.None);
        Activity[] own = [.. spans.Where(span => Equals(span.GetTagItem("musc.job"), job))];
        ActivityTraceId trace = own.Single(span => span.OperationName == ClusterTraces.Submit).TraceId;
        Assert.Equal(
            ["check", "extract", "extract block", "score", "submit", "tile", "write"],
            own.Where(span => span.TraceId == trace).Select(span => span.OperationName).Except([ClusterTraces.Job]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(own, span => Assert.Equal(trace, span.TraceId));
        Assert.Contains(spans, span => span.TraceId == trace && span.OperationName == "IIntervalAverageGrain/DeliverAsync");
    }

    [Fact]
    public async Task JobThatRuns_IsNotDeleted()
    {
        string job = await Client.SubmitAsync(_set.Spec with { BlockImages = 4 }, CancellationToken.None);
        JobException error = await Assert.ThrowsAsync<JobException>(() => Client.DeleteAsync(job, CancellationToken.None));
        Assert.Contains("cancel it first", error.Message, StringComparison.Ordinal);
        Assert.Equal(await _set.LocalAsync(), (await Client.ResultsAsync(job, CancellationToken.None)).Images);
    }

    [Fact]
    public async Task IndexThatWasLost_IsRebuiltFromTheDisk()
    {
        bool lost = false;
        TaskCompletionSource freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using InProcessTestCluster cluster = await StartAsync(memory: null, state =>
        {
            if (!lost && state is IndexRecord { Jobs.Count: > 0, Holding.Count: 0 } index && index.Jobs.Values.All(job => job.HasEnded))
            {
                lost = true;
                index.Jobs.Clear();
                freed.SetResult();
            }

            return Task.CompletedTask;
        });
        MuScClient client = new(cluster.Client);
        await client.ResultsAsync(await client.SubmitAsync(_set.Spec, "known", CancellationToken.None), CancellationToken.None);
        Directory.CreateDirectory(Path.Combine(_root, "jobs", "unknown"));
        await freed.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await client.ListAsync(CancellationToken.None));
        Assert.Equal(1, await client.RebuildIndexAsync(CancellationToken.None));
        JobStatus status = Assert.Single(await client.ListAsync(CancellationToken.None));
        Assert.Equal(("known", JobState.Done), (status.Id, status.State));
    }

    private Task<InProcessTestCluster> StartAsync(SiloMemory? memory, Func<object?, Task>? storing = null) =>
        InProcess.StartAsync(_root, Path.Combine(_root, "scratch"), memory: memory, storing: storing);

    private async Task<JobResults> RunAsync(ScoringJobSpec spec) =>
        await Client.ResultsAsync(await Client.SubmitAsync(spec, CancellationToken.None), CancellationToken.None);
}
