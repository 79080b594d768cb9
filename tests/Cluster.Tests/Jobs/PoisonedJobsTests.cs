using System.Diagnostics;
using System.Globalization;
using System.Text;
using MuSc.Client;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;
using MuSc.Grains;
using MuSc.Grains.Jobs;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>
/// A healthy job beside one that cannot end well. In the test command one turn of each; the soak run (<c>tests/soak/poisoned-jobs.sh</c>)
/// asks for ten in a row, with sets that take a while, and limits their times.
/// </summary>
public sealed class PoisonedJobsTests : IDisposable
{
    private const double MostSlower = 1.5;
    private static readonly TimeSpan MostUntilFailed = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly int _turns = Soak.Setting("MUSC_POISON_TURNS", 1);
    private readonly string _root = Directory.CreateTempSubdirectory("musc-poisoned").FullName;
    private readonly long _memory;
    private readonly TestSet _healthy;
    private readonly TestSet _large;

    public PoisonedJobsTests()
    {
        bool full = _turns > 1;
        _healthy = TestSet.Synthetic(full ? 320 : 8, full ? 112 : 48);
        _large = TestSet.Synthetic(full ? 70 : 24, full ? 224 : 96);

        // The healthy job's features stay in memory; a block of all images of the large one has to go to the disk.
        _memory = full ? 30 << 20 : 1 << 19;
    }

    private string Scratch => Path.Combine(_root, "scratch");

    public void Dispose()
    {
        _healthy.Dispose();
        _large.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData("tile", "failed 3 times. The last failure: Poison.")]
    [InlineData("block", "could not be extracted 3 times. The last failure: Poison.")]
    [InlineData("specification", "This is no ScoringJobSpec")]
    [InlineData("scratch", "could not be extracted 3 times. The last failure: ")]
    public async Task PoisonedJob_FailsWithItsReasonAndHoldsUpNoOther(string poison, string reason)
    {
        IReadOnlyList<ImageResult> expected = await _healthy.LocalAsync();

        // A file lies in the folder's place.
        await File.WriteAllTextAsync(Scratch, string.Empty);
        await using InProcessTestCluster cluster = await InProcess.StartAsync(
            _root, Scratch, memory: new(poison == "scratch" ? _memory : 1 << 30, 1 << 28, 1 << 28, 1 << 28), storing: Spoil, calls: Interfere);
        ClusterClient client = new(cluster.Client);
        await RunAsync("cold");
        TimeSpan alone = TimeSpan.FromTicks(Math.Min((await RunAsync("alone-1")).Ticks, (await RunAsync("alone-2")).Ticks));
        for (int turn = 0; turn < _turns; turn++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            Task<TimeSpan> failing = FailAsync(await client.SubmitAsAsync(_large.Spec with { BlockImages = poison == "scratch" ? _large.Spec.Images.Count : 4 }, $"poisoned-{turn}", CancellationToken.None), watch);
            TimeSpan took = await RunAsync($"healthy-{turn}");
            TimeSpan failed = await failing;
            Soak.Report(string.Create(
                CultureInfo.InvariantCulture,
                $"{poison}, turn {turn + 1}: healthy {took.TotalSeconds:F1} s, alone {alone.TotalSeconds:F1} s ({took / alone:F2}); the poisoned one failed after {failed.TotalSeconds:F1} s"));
            if (_turns > 1)
            {
                Assert.True(took <= MostSlower * alone, $"The healthy job took {took / alone:F2} times its time alone.");
                Assert.True(failed <= MostUntilFailed, $"The poisoned job failed after {failed.TotalSeconds:F0} s.");
            }
        }

        async Task<TimeSpan> RunAsync(string job)
        {
            using CancellationTokenSource patience = new(Patience);
            Stopwatch watch = Stopwatch.StartNew();
            await client.SubmitAsync(_healthy.Spec, job, patience.Token);
            Assert.Equal(expected, (await client.ResultsAsync(job, patience.Token)).Images);
            return watch.Elapsed;
        }

        async Task<TimeSpan> FailAsync(string job, Stopwatch watch)
        {
            using CancellationTokenSource patience = new(Patience);
            JobException failure = await Assert.ThrowsAsync<JobException>(() => client.ResultsAsync(job, patience.Token));
            Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
            return watch.Elapsed;
        }

        Task Spoil(object? state)
        {
            if (poison == "specification" && state is JobRecord { Spec: { } spec } record && Encoding.UTF8.GetString(spec.Utf8).Contains(_large.Spec.Images[0].Path, StringComparison.Ordinal))
            {
                record.Spec = new("""{"Images": 7}"""u8.ToArray());
            }

            return Task.CompletedTask;
        }

        Task Interfere(IIncomingGrainCallContext call) => (poison, call.InterfaceMethod.Name) switch
        {
            ("tile", nameof(IIntervalAverageGrain.DeliverAsync)) or ("block", nameof(IFeatureExtractorGrain.BeginAsync))
                when call.TargetId.Key.ToString()!.StartsWith("poisoned", StringComparison.Ordinal) => throw new InvalidOperationException("Poison."),
            _ => Task.CompletedTask,
        };
    }
}
