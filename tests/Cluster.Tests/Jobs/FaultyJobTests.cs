using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Grains;
using MuSc.Grains.Compute;
using MuSc.Grains.Jobs;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>Jobs that cannot end well: they fail with their reason, and no other job notices.</summary>
public sealed class FaultyJobTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    private readonly string _root = Directory.CreateTempSubdirectory("musc-faulty").FullName;
    private readonly TestSet _set = TestSet.Synthetic(10, 48);

    private string Scratch => Path.Combine(_root, "scratch");

    public void Dispose()
    {
        _set.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task TileThatAlwaysFails_FailsItsJobAndNoOther()
    {
        await using InProcessTestCluster cluster = await InProcess.StartAsync(
            _root, Scratch, calls: call => IsDelivery(call, "poisoned") ? throw new InvalidOperationException("Poison.") : Task.CompletedTask);
        ClusterClient client = new(cluster.Client);
        string[] jobs = [await SubmitAsync(client, "poisoned"), await SubmitAsync(client, "healthy")];
        JobException failure = await FailureAsync(client, jobs[0]);
        Assert.Equal(JobErrorKind.Resource, failure.Kind);
        Assert.Contains("failed 3 times. The last failure: Poison.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(await _set.LocalAsync(), (await client.ResultsAsync(jobs[1], CancellationToken.None)).Images);
        Assert.Equal(0, Measured(cluster, "musc.tiles.pending"));
    }

    [Fact]
    public async Task JobOfWhichNothingGetsDone_Fails()
    {
        await using InProcessTestCluster cluster = await InProcess.StartAsync(
            _root, Scratch, options: settings => settings.StallTime = TimeSpan.FromSeconds(3),
            calls: call => IsDelivery(call, "stuck") ? throw new TimeoutException("Silence.") : Task.CompletedTask);
        ClusterClient client = new(cluster.Client);
        JobException failure = await FailureAsync(client, await SubmitAsync(client, "stuck"));
        Assert.Contains("Nothing of the job got done for 00:00:03; it stands at Score, 0 of ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancelledJob_HasNoPendingTiles()
    {
        using SemaphoreSlim delivered = new(0);
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using InProcessTestCluster cluster = await InProcess.StartAsync(_root, Scratch, calls: async call =>
        {
            if (IsDelivery(call, "cancelled"))
            {
                delivered.Release();
                await end.Task;
            }
        });
        ClusterClient client = new(cluster.Client);
        string job = await SubmitAsync(client, "cancelled");
        Assert.True(await delivered.WaitAsync(Soon));
        await client.CancelAsync(job, CancellationToken.None);
        Assert.Equal(0, Measured(cluster, "musc.tiles.pending"));
        end.SetResult();
    }

    [Fact]
    public async Task JobBeyondTheMemoryThatIsLeft_WaitsUntilOthersHaveEnded()
    {
        using SemaphoreSlim delivered = new(0);
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SiloMemory memory = new(1 << 20, 1 << 16, 1 << 16, 5_000);
        await using InProcessTestCluster cluster = await InProcess.StartAsync(_root, Scratch, memory: memory, calls: async call =>
        {
            if (IsDelivery(call, "first"))
            {
                delivered.Release();
                await end.Task;
            }
        });
        ClusterClient client = new(cluster.Client);
        string first = await SubmitAsync(client, "first");
        Assert.True(await delivered.WaitAsync(Soon));
        string second = await SubmitAsync(client, "second");
        using CancellationTokenSource patience = new(Soon);
        await using IAsyncEnumerator<JobProgress> progress = client.WatchAsync(second, patience.Token).GetAsyncEnumerator(patience.Token);
        while ((await client.StatusAsync(second, patience.Token)).State != JobState.Queued || progress.Current?.Phase != JobPhase.Extract)
        {
            Assert.True(await progress.MoveNextAsync());
        }

        Assert.Equal((1, 1), (Measured(cluster, "musc.jobs", "queued"), Measured(cluster, "musc.jobs", "running")));
        await client.CancelAsync(first, patience.Token);
        end.SetResult();
        Assert.Equal(await _set.LocalAsync(), (await client.ResultsAsync(second, patience.Token)).Images);
    }

    [Fact]
    public async Task ScratchThatCannotBeWritten_FailsTheJobAndLaterOnesRunOnceItCan()
    {
        // Nothing stays in memory, and a file lies where the folder is to be.
        await File.WriteAllTextAsync(Scratch, string.Empty);
        await using InProcessTestCluster cluster = await InProcess.StartAsync(_root, Scratch, silos: 1, memory: new(0, 1 << 20, 1 << 20, 1 << 20));
        ClusterClient client = new(cluster.Client);
        JobException failure = await FailureAsync(client, await SubmitAsync(client, "first"));
        Assert.Contains("could not be extracted 3 times. The last failure: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(Scratch, failure.Message, StringComparison.Ordinal);
        File.Delete(Scratch);
        JobResults results = await client.ResultsAsync(await SubmitAsync(client, "second"), CancellationToken.None);
        Assert.Equal(await _set.LocalAsync(), results.Images);
    }

    [Fact]
    public async Task SpecificationThatCannotBeRead_FailsTheJob()
    {
        await using InProcessTestCluster cluster = await InProcess.StartAsync(_root, Scratch, storing: state =>
        {
            if (state is JobRecord record)
            {
                record.Spec = new("""{"Images": 7}"""u8.ToArray());
            }

            return Task.CompletedTask;
        });
        ClusterClient client = new(cluster.Client);
        string job = await SubmitAsync(client, "unreadable");
        JobException failure = await FailureAsync(client, job);
        Assert.Equal(JobErrorKind.Usage, failure.Kind);
        Assert.Contains("This is no ScoringJobSpec", failure.Message, StringComparison.Ordinal);
        await client.CancelAsync(job, CancellationToken.None);
        Assert.Equal(JobState.Failed, (await client.StatusAsync(job, CancellationToken.None)).State);
    }

    private Task<string> SubmitAsync(MuScClient client, string job) => client.SubmitAsAsync(_set.Spec with { BlockImages = 4 }, job, CancellationToken.None);

    private static bool IsDelivery(IIncomingGrainCallContext call, string job) =>
        call.InterfaceMethod.Name == nameof(IIntervalAverageGrain.DeliverAsync) && GrainKeys.Parse(call.TargetId.Key.ToString()!).Job == job;

    private static async Task<JobException> FailureAsync(MuScClient client, string job)
    {
        using CancellationTokenSource patience = new(Soon);
        return await Assert.ThrowsAsync<JobException>(() => client.ResultsAsync(job, patience.Token));
    }

    // A gauge's sum over all silos, of one state where it has some.
    private static long Measured(InProcessTestCluster cluster, string gauge, string? state = null)
    {
        object[] factories = [.. cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<IMeterFactory>())];
        long sum = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name == gauge && factories.Contains(instrument.Meter.Scope))
            {
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, labels, _) => sum += state is null || labels[0].Value is string found && found == state ? value : 0);
        listener.Start();
        listener.RecordObservableInstruments();
        return sum;
    }
}
