using Microsoft.Extensions.DependencyInjection;
using MuSc.Client;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;
using MuSc.Grains;
using MuSc.Grains.Jobs;
using Orleans.Core.Internal;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>The end of a job, lost at every one of its steps in turn: each state that is stored and each call that is made.</summary>
public sealed class EndStepsTests : IDisposable
{
    private const int MostSteps = 200;
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    // What silos call of each other; a client's calls are no steps of the job.
    private static readonly Type?[] Inner =
        [typeof(IJobCoordinatorGrain), typeof(IJobRegisterGrain), typeof(IIntervalAverageGrain), typeof(IFeatureExtractorGrain)];

    private readonly string _root = Directory.CreateTempSubdirectory("musc-steps").FullName;
    private readonly TestSet _set = TestSet.Synthetic(5, 48);
    private readonly Lock _lock = new();
    private IndexRecord _index = new();
    private TaskCompletionSource<bool> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ending;
    private int _steps;
    private int _fatal;

    public void Dispose()
    {
        _set.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task CoordinatorThatIsLostAtAnyStepOfTheEnd_LeavesItToAnother()
    {
        IReadOnlyList<ImageResult> expected = await _set.LocalAsync();
        await using InProcessTestCluster cluster = await InProcess.StartAsync(
            _root, Path.Combine(_root, "scratch"), silos: 1, storing: state =>
            {
                Step();
                if (state is IndexRecord index)
                {
                    _index = index;
                }

                return Task.CompletedTask;
            },
            calls: call =>
            {
                _ending |= call.InterfaceMethod.Name == nameof(IJobCoordinatorGrain.StoredAsync);
                if (Inner.Contains(call.InterfaceMethod.DeclaringType) && call.InterfaceMethod.Name != nameof(IJobRegisterGrain.ActiveAsync))
                {
                    Step();
                }

                return Task.CompletedTask;
            });
        ClusterClient client = new(cluster.Client);
        IGrainFactory grains = cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        bool reached = true;
        for (int fatal = 1; reached; fatal++)
        {
            Assert.True(fatal < MostSteps, "The end of a job has no end.");
            string job = $"step-{fatal}";
            Begin(fatal);
            await client.SubmitAsync(_set.Spec with { BlockImages = 5 }, job, CancellationToken.None);
            Task<JobResults> results = client.ResultsAsync(job, CancellationToken.None);
            reached = await await Task.WhenAny(_lost.Task, WithoutLossAsync(job, results));
            if (reached)
            {
                await grains.GetGrain<IJobGrain>(job).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
                Recover();
            }

            Soak.Report($"{job}: {(reached ? "lost" : "undisturbed")}, {_steps} steps");
            JobResults ended = await results.WaitAsync(Soon);
            Assert.Equal(expected, ended.Images);
            await FreedAsync(job);
            Assert.Equal(JobState.Done, (await client.StatusAsync(job, CancellationToken.None)).State);
            Assert.Equal(JobState.Done, _index.Jobs[job].State);
            Assert.False(Directory.Exists(Path.Combine(Path.GetDirectoryName(ended.Folder)!, "work")));
            Assert.Empty(await client.VerifyAsync(job, CancellationToken.None));
        }

        // At the least: results, the job's state, the index twice, and what owner and extractor hold.
        Assert.True(_steps >= 6, $"{_steps} steps");
    }

    private async Task<bool> WithoutLossAsync(string job, Task<JobResults> results)
    {
        await results.WaitAsync(Soon);
        await FreedAsync(job);
        return _lost.Task.IsCompleted;
    }

    private async Task FreedAsync(string job)
    {
        using CancellationTokenSource patience = new(Soon);
        while (!_index.Jobs.TryGetValue(job, out JobStatus? known) || !known.HasEnded || _index.Holding.Contains(job))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private void Begin(int fatal)
    {
        lock (_lock)
        {
            (_ending, _steps, _fatal) = (false, 0, fatal);
            _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void Recover()
    {
        lock (_lock)
        {
            _fatal = int.MaxValue;
        }
    }

    // From the fatal one on nothing gets through, as with a process that is gone.
    private void Step()
    {
        lock (_lock)
        {
            if (_ending && ++_steps >= _fatal)
            {
                _lost.TrySetResult(true);
                throw new OrleansException("Lost.");
            }
        }
    }
}
