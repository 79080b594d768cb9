using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Grains;
using MuSc.Grains.Messages;
using Orleans.Diagnostics;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>Jobs of every kind on two silos in this process give what one machine gives.</summary>
public sealed class InProcessClusterTests : TwoSilos
{
    [Fact]
    public async Task JobsOfEveryKindSideBySide_GiveBitsOfOneMachine()
    {
        ScoringJobSpec mutual = Set.Spec with { BlockImages = 4 };
        ScoringJobSpec subsets = Set.Spec with { Subsets = 2, Seed = 3, BlockImages = 3 };
        ScoringJobSpec shots = Set.Spec with { Images = [.. Set.Spec.Images.Skip(3)], References = [.. Set.Spec.Images.Take(3)], Mode = ScoringMode.References };
        ScoringJobSpec second = ScoringMethod.Apply(ScoringMethod.MuScV2, mutual);
        ScoringJobSpec mixed = subsets with { Rescoring = Rescoring.Salient, Decision = new() { DecideBy = DecidingScore.Final, Expect = Expectation.Many } };
        ScoringJobSpec known = second with { Images = shots.Images, References = shots.References };
        foreach (ScoringJobSpec spec in new[] { mutual with { CheckRepeats = true }, subsets, shots, second, mixed, known, mutual with { Scorers = 6, Seed = 2 } })
        {
            string job = await Client.SubmitAsync(spec, CancellationToken.None);
            string other = await Client.SubmitAsync(spec with { BlockImages = 5 }, CancellationToken.None);
            IReadOnlyList<ImageResult> expected = await Set.LocalAsync(spec);
            JobResults results = await Client.ResultsAsync(job, CancellationToken.None);
            Assert.Equal(expected, results.Images);
            Assert.Equal(results.Images.Count(image => image.Anomalous == true), (int)results.Decision!.Flagged);
            Assert.Equal(Enum.GetValues<JobPhase>(), results.PhaseTimes.Keys.Order());
            Assert.All(results.PhaseTimes.Values, time => Assert.InRange(time, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(10)));
            Assert.Equal(expected, (await Client.ResultsAsync(other, CancellationToken.None)).Images);
        }

        Assert.Equal(14, (await Client.ListAsync(CancellationToken.None)).Count(job => job.State == JobState.Done));
    }

    [Fact]
    public async Task SilosWithAndWithoutAGraphicsProcessor_GiveBitsOfOneMachine()
    {
        int started = 0;
        await using InProcessTestCluster cluster = await InProcess.StartAsync(
            Root, Path.Combine(Root, "scratch"), silos: 3, options: settings => settings.Device = Interlocked.Increment(ref started) == 1 ? "gpu-emulated" : "cpu");
        ClusterClient client = new(cluster.Client);
        // Few pairs: what plays the graphics processor takes its time.
        ScoringJobSpec all = Set.Spec with { Images = [.. Set.Spec.Images.Take(8)], Stages = [2], Degrees = [3], BlockImages = 3 };
        ScoringJobSpec some = all with { Scorers = 4, Seed = 2 };
        foreach (ScoringJobSpec spec in new[] { all, some with { BlockImages = 1 }, some with { BlockImages = 2 } })
        {
            string job = await client.SubmitAsync(spec, CancellationToken.None);
            Assert.Equal(await Set.LocalAsync(spec), (await client.ResultsAsync(job, CancellationToken.None)).Images);
        }
    }

    [Fact]
    public async Task KeptValuesThatDoNotFit_AreWorkedThroughInStripsOrRefused()
    {
        // Room for a block of four images on each silo, in the two passes that are in flight.
        await using InProcessTestCluster small = await StartAsync(new(1 << 20, 1 << 16, 1 << 16, 5000));
        ClusterClient client = new(small.Client);
        ScoringJobSpec spec = Set.Spec with { BlockImages = 4, References = [.. Set.Spec.Images.Take(2)] };
        string job = await client.SubmitAsync(spec, CancellationToken.None);
        Assert.Equal(await Set.LocalAsync(spec), (await client.ResultsAsync(job, CancellationToken.None)).Images);

        await using InProcessTestCluster tiny = await StartAsync(new(1 << 20, 1 << 16, 1 << 16, 500));
        client = new(tiny.Client);
        JobException error = await Assert.ThrowsAsync<JobException>(
            async () => await client.ResultsAsync(await client.SubmitAsAsync(spec, "tiny", CancellationToken.None), CancellationToken.None));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
        Assert.Contains("a block of 4 images", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnusableImage_FailsTheJobOrIsLeftOut()
    {
        string bad = Path.Combine(Root, "bad.png");
        await File.WriteAllBytesAsync(bad, [1, 2, 3]);
        ScoringJobSpec spec = Set.Spec with { Images = [.. Set.Spec.Images, new ImageFile("bad.png", bad)] };
        JobException failure = await Assert.ThrowsAsync<JobException>(() => RunAsync(spec));
        Assert.Equal(JobErrorKind.Input, failure.Kind);
        Assert.Contains(bad, failure.Message, StringComparison.Ordinal);
        JobResults results = await RunAsync(spec with { SkipBad = true });
        Assert.NotNull(results.Images[^1].Skipped);
        Assert.Equal(await Set.LocalAsync(), results.Images.SkipLast(1));
    }

    [Fact]
    public async Task SameSubmissionTwice_IsOneJobWhoseFilesCanBeFetched()
    {
        Assert.True(await Client.SubmitAsync(Set.Spec, "one", CancellationToken.None));
        Assert.False(await Client.SubmitAsync(Set.Spec, "one", CancellationToken.None));
        JobResults results = await Client.ResultsAsync("one", CancellationToken.None);
        Assert.Single(await Client.ListAsync(CancellationToken.None));
        using MemoryStream csv = new();
        await using (Stream file = await Client.OpenFileAsync("one", "scores.csv", CancellationToken.None))
        {
            await file.CopyToAsync(csv);
        }

        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(results.Folder, "scores.csv")), csv.ToArray());
        Assert.Contains(new("scores.csv", csv.Length), await Client.FilesAsync("one", CancellationToken.None));
        await Assert.ThrowsAsync<JobException>(() => Client.OpenFileAsync("one", "secret", CancellationToken.None));
        await Assert.ThrowsAsync<JobException>(() => Client.OpenFileAsync("one", "../../../secret", CancellationToken.None));
        JobException other = await Assert.ThrowsAsync<JobException>(() => Client.SubmitAsync(Set.Spec with { Seed = 5 }, "one", CancellationToken.None));
        Assert.Equal(JobErrorKind.Conflict, other.Kind);
        ResultRow[] rows = MessagePack.MessagePackSerializer.Deserialize<ResultRow[]>(await Client.ResultsMessagePackAsync("one", CancellationToken.None));
        Assert.Equal(results.Images, rows.Select(row => row.ToResult()));
    }

    [Theory]
    [InlineData(ScoringMode.Mutual, 2)]
    [InlineData(ScoringMode.References, 1)]
    public async Task FileOfTokens_GivesBitsOfOneMachine(ScoringMode mode, int subsets)
    {
        (string tokens, string classTokens) = (Path.Combine(Root, "tokens.npy"), Path.Combine(Root, "class_tokens.npy"));
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
            Output = new OutputOptions { Folder = Path.Combine(Root, "one machine"), Force = true },
        };
        JobResults results = await RunAsync(spec);
        Assert.Equal(await Set.LocalAsync(spec), results.Images);
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
        string set = await Client.CreateSetAsync(new NewImageSet(), CancellationToken.None);
        foreach (ImageFile image in Set.Spec.Images)
        {
            await using FileStream file = File.OpenRead(image.Path);
            sent.Add((await Client.PutImageAsync(set, image.Name, file, new(), CancellationToken.None)).File);
        }

        Assert.Equal(await Set.LocalAsync(), (await RunAsync(Set.Spec with { Images = sent })).Images);
        Assert.Equal(await Set.LocalAsync(), (await RunAsync(Set.Spec with { Images = [], Source = new() { Set = set } })).Images);
        string folder = Path.GetDirectoryName(Set.Spec.Images[0].Path)!;
        Assert.Equal(await Set.LocalAsync(), (await RunAsync(Set.Spec with { Images = [], Source = new() { Path = folder } })).Images);
    }

    [Fact]
    public async Task CancelledJob_EndsAndWatchingResumesAfterLastEvent()
    {
        string job = await Client.SubmitAsync(Set.Spec with { BlockImages = 1 }, CancellationToken.None);
        await Client.CancelAsync(job, CancellationToken.None);
        await Assert.ThrowsAsync<OperationCanceledException>(() => Client.ResultsAsync(job, CancellationToken.None));
        IJobGrain grain = Cluster.Client.GetGrain<IJobGrain>(job);
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
        ScoringJobSpec spec = Set.Spec with { Images = [.. Set.Spec.Images, new ImageFile("gone.png", "/nowhere/gone.png")] };
        JobException missing = await Assert.ThrowsAsync<JobException>(() => RunAsync(spec));
        Assert.Contains("/nowhere/gone.png", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExtractionThatFailsInAnUnforeseenWay_FailsTheJob()
    {
        // A batch of more values than an array holds.
        string job = await Client.SubmitAsync(Set.Spec with { Batch = 4_096, Size = 1_024 }, CancellationToken.None);
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        JobException failure = await Assert.ThrowsAsync<JobException>(() => Client.ResultsAsync(job, patience.Token));
        Assert.Equal(JobErrorKind.Resource, failure.Kind);
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
        string job = await Client.SubmitAsync(Set.Spec with { BlockImages = 4 }, CancellationToken.None);
        await Client.ResultsAsync(job, CancellationToken.None);
        Activity[] own = [.. spans.Where(span => Equals(span.GetTagItem("musc.job"), job))];
        ActivityTraceId trace = own.Single(span => span.OperationName == ClusterTraces.Submit).TraceId;
        Assert.Equal(
            ["check", "extract", "extract block", "score", "submit", "tile", "write"],
            own.Where(span => span.TraceId == trace).Select(span => span.OperationName).Except([ClusterTraces.Job]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(own, span => Assert.Equal(trace, span.TraceId));
        Assert.Contains(spans, span => span.TraceId == trace && span.OperationName == "IIntervalAverageGrain/DeliverAsync");
    }
}
