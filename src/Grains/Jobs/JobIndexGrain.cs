using MuSc.Grains.Compute;
using MuSc.Grains.Placement;
using MuSc.Grains.Storage;

namespace MuSc.Grains.Jobs;

/// <summary>See <see cref="IJobIndexGrain"/> and <see cref="IJobRegisterGrain"/>.</summary>
[RequireRole(SiloRoles.Coordinate), KeepAlive]
public sealed partial class JobIndexGrain(
    [PersistentState("index", StorageNames.Default)] IPersistentState<IndexRecord> state, MuScOptions options, ClusterMetrics metrics, TimeProvider time,
    ILogger<JobIndexGrain> logger)
    : Grain, IJobIndexGrain, IJobRegisterGrain
{
    private static readonly TimeSpan Sweeps = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FileSweeps = TimeSpan.FromHours(1);

    private const int Kept = 10_000;

    // The whole text is the job's; a list of many is to stay one message.
    private const int ErrorLength = 300;

    // Those that were not admitted when they last asked; each asks again every second, so that they need not be stored.
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);

    private DateTimeOffset _filesSwept = time.GetUtcNow();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Count();
        this.RegisterGrainTimer(() => SweepAsync(time.GetUtcNow()), new() { DueTime = Sweeps, Period = Sweeps, Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        metrics.SetJobs(null);
        return Task.CompletedTask;
    }

    public async Task BeginAsync(JobStatus status)
    {
        if (state.State.Jobs.TryAdd(status.Id, Short(status)))
        {
            foreach (string old in state.State.Jobs.Values
                .Where(known => known.HasEnded && !state.State.Holding.Contains(known.Id)).OrderByDescending(known => known.Submitted).Skip(Kept).Select(known => known.Id).ToList())
            {
                state.State.Jobs.Remove(old);
            }

            await StoreAsync();
        }
    }

    public async Task EndAsync(JobStatus status)
    {
        state.State.Jobs[status.Id] = Short(status);
        state.State.Holding.Add(status.Id);
        await StoreAsync();
    }

    public async Task FreedAsync(string job)
    {
        if (state.State.Holding.Remove(job) | state.State.Taken.Remove(job))
        {
            await StoreAsync();
        }
    }

    public async Task DeletedAsync(string job)
    {
        state.State.Holding.Remove(job);
        state.State.Taken.Remove(job);
        if (state.State.Jobs.Remove(job))
        {
            await StoreAsync();
        }
    }

    public async Task<bool> AdmitAsync(string job, long bytes, long capacity)
    {
        if (bytes > capacity - state.State.Taken.Where(entry => entry.Key != job && IsActive(entry.Key)).Sum(entry => entry.Value))
        {
            _waiting.Add(job);
            Count();
            return false;
        }

        _waiting.Remove(job);
        state.State.Taken[job] = bytes;
        await StoreAsync();
        return true;
    }

    public Task<IReadOnlyList<string>> ActiveAsync() => Task.FromResult<IReadOnlyList<string>>(
        [.. state.State.Jobs.Values.Where(job => IsActive(job.Id)).OrderBy(job => job.Submitted).Select(job => job.Id)]);

    public Task<JobStatus[]> ListAsync(JobQuery query)
    {
        IEnumerable<JobStatus> wanted = state.State.Jobs.Values.Where(job =>
            (query.Owner is null || job.Owner == query.Owner)
            && (query.States.Count == 0 || query.States.Contains(job.State) || (!job.HasEnded && query.States.Any(state => state is JobState.Queued or JobState.Running))));
        return Task.FromResult<JobStatus[]>(
            [.. ListPlace.After(query.After, wanted, job => new(job.Submitted, job.Id)).Take(Math.Clamp(query.Limit, 0, JobQuery.MostAtOnce))]);
    }

    public async Task SweepAsync(DateTimeOffset now)
    {
        foreach (string job in state.State.Jobs.Values.Where(job => job.HasEnded && job.Expires <= now).Select(job => job.Id).ToList())
        {
            try
            {
                await GrainFactory.GetGrain<IJobGrain>(job).DeleteAsync(CancellationToken.None);
                metrics.Expired.Add(1);
                Log.Expired(logger, job);
            }
            catch (Exception error)
            {
                Log.NotDeleted(logger, error, job);
            }
        }

        ImageSets sets = new(GrainFactory, options);
        await sets.SweepAsync(now, logger);
        if (now - _filesSwept >= FileSweeps)
        {
            _filesSwept = now;
            await Task.Run(sets.SweepFiles);
        }
    }

    public async Task<int> RebuildAsync(CancellationToken cancellationToken)
    {
        foreach (string job in JobFolder.All(options.ResultsRoot))
        {
            // A folder without a job is left alone: it may be all that somebody has of its results.
            if (await GrainFactory.GetGrain<IJobGrain>(job).StatusAsync(cancellationToken) is { } status)
            {
                state.State.Jobs[job] = Short(status);
            }
        }

        await StoreAsync();
        return state.State.Jobs.Count;
    }

    private void Count()
    {
        _waiting.RemoveWhere(job => !state.State.Jobs.TryGetValue(job, out JobStatus? status) || status.HasEnded);
        metrics.SetJobs(state.State.Jobs.Values.Select(job => job.HasEnded ? job.State : _waiting.Contains(job.Id) ? JobState.Queued : JobState.Running));
    }

    private bool IsActive(string job) =>
        state.State.Jobs.TryGetValue(job, out JobStatus? status) && (!status.HasEnded || state.State.Holding.Contains(job));

    private static JobStatus Short(JobStatus status) =>
        status with { Error = status.Error is { Length: > ErrorLength } error ? error[..ErrorLength] + " …" : status.Error };

    private async Task StoreAsync()
    {
        try
        {
            await state.WriteStateAsync();
            Count();
        }
        catch
        {
            // What is in memory may not be what is stored; the next activation reads it again.
            DeactivateOnIdle();
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 140, Level = LogLevel.Information, Message = "Job {Job} was kept for its time and is deleted")]
        public static partial void Expired(ILogger logger, string job);

        [LoggerMessage(EventId = 141, Level = LogLevel.Warning, Message = "Job {Job} was kept for its time and could not be deleted")]
        public static partial void NotDeleted(ILogger logger, Exception error, string job);
    }
}

/// <summary>All jobs, as the index knows them.</summary>
[GenerateSerializer, Alias("musc.index-record")]
public sealed class IndexRecord
{
    [Id(0)] public Dictionary<string, JobStatus> Jobs { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Jobs that have ended and may still hold memory, activations or files.</summary>
    [Id(1)] public HashSet<string> Holding { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Bytes of a scoring silo's memory for kept values that a job may hold.</summary>
    [Id(2)] public Dictionary<string, long> Taken { get; set; } = new(StringComparer.Ordinal);
}
