using MuSc.Grains.Compute;
using MuSc.Grains.Storage;

namespace MuSc.Grains.Jobs;

/// <summary>Frees what a job that has ended holds in the cluster: memory, activations, its work folder.</summary>
/// <param name="job">The job.</param>
/// <param name="services">What a coordinator works with.</param>
/// <param name="forget">Lets go of the coordinator itself.</param>
internal sealed partial class JobRelease(JobData job, JobServices services, Func<Task> forget) : IDisposable
{
    private const int CallsAtOnce = 16;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _leave = CancellationTokenSource.CreateLinkedTokenSource(services.Lifetime.ApplicationStopping);
    private Task _freeing = Task.CompletedTask;
    private DateTimeOffset _next;
    private bool _freed;

    /// <summary>
    /// Begins, unless the job has not ended or it is being done. The index lists the job until it is done, so that whoever asks it for
    /// work brings an end that was interrupted to its own end.
    /// </summary>
    public void Free()
    {
        if (job.HasEnded && _freeing.IsCompleted && !_leave.IsCancellationRequested && services.Time.GetUtcNow() >= _next)
        {
            _next = services.Time.GetUtcNow() + Rest;
            _freeing = FreeAsync();
        }
    }

    /// <summary>Frees it, and waits for that.</summary>
    /// <exception cref="OrleansException">It still holds something; ask again.</exception>
    public async Task FreedAsync(CancellationToken cancellationToken)
    {
        if (!_freed)
        {
            Free();
            await _freeing.WaitAsync(cancellationToken);
        }

        if (!_freed)
        {
            throw new OrleansException($"The job {job.Id} still holds memory or files.");
        }
    }

    /// <summary>The activation goes; another will do what is left.</summary>
    public async Task LeaveAsync()
    {
        await _leave.CancelAsync();
        await _freeing;
    }

    public void Dispose() => _leave.Dispose();

    // Each step can be done again: an activation that is interrupted leaves the rest to the next.
    private async Task FreeAsync()
    {
        CancellationToken stop = _leave.Token;
        try
        {
            await services.Calls.Job.RunAsync(
                async () =>
                {
                    await services.Index.EndAsync(job.Status);
                    await ReleaseAsync(stop);
                    await services.Pool.RunAsync(Lane.Checks, job.Id, () => JobFolder.Delete(job.Folder.Work), stop);
                    await forget();
                    await services.Index.FreedAsync(job.Id);
                    _freed = true;
                },
                stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            Log.NotFreed(services.Logger, error, job.Id);
        }
    }

    // Extractors and owners of every generation.
    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> keys = Enumerable.Range(1, job.Progress.Generation)
            .SelectMany(generation => Enumerable.Range(0, job.Progress.Hashes.Length).Select(block => GrainKeys.Block(job.Id, generation, block)));
        foreach (string[] some in keys.Chunk(CallsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.WhenAll(some.SelectMany(key => new[]
            {
                Extractors.Of(services.Grains, key, job.Device).ReleaseAsync(),
                services.Grains.GetGrain<IIntervalAverageGrain>(key).ReleaseAsync(),
            })).WaitAsync(cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 124, Level = LogLevel.Warning, Message = "Job {Job} still holds memory or files")]
        public static partial void NotFreed(ILogger logger, Exception error, string job);
    }
}
