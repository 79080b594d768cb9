using MuSc.Grains.Placement;
using MuSc.Grains.Storage;

namespace MuSc.Grains.Jobs;

/// <summary>See <see cref="IJobIndexGrain"/> and <see cref="IJobRegisterGrain"/>.</summary>
[RequireRole(SiloRoles.Coordinate), KeepAlive]
public sealed class JobIndexGrain([PersistentState("index", StorageNames.Default)] IPersistentState<IndexRecord> state) : Grain, IJobIndexGrain, IJobRegisterGrain
{
    private const int Kept = 10_000;
    private const int Page = 1_000;

    // The whole text is the job's; a list of many is to stay one message.
    private const int ErrorLength = 300;

    public async Task BeginAsync(string job, DateTimeOffset submitted)
    {
        if (state.State.Jobs.TryAdd(job, new(job, JobState.Running, submitted, null, null)))
        {
            foreach (string old in state.State.Jobs.Values
                .Where(status => status.HasEnded && !state.State.Holding.Contains(status.Id)).OrderByDescending(status => status.Submitted).Skip(Kept).Select(status => status.Id).ToList())
            {
                state.State.Jobs.Remove(old);
            }

            await StoreAsync();
        }
    }

    public async Task EndAsync(JobStatus status)
    {
        state.State.Jobs[status.Id] = status with { Error = status.Error is { Length: > ErrorLength } error ? error[..ErrorLength] + " …" : status.Error };
        state.State.Holding.Add(status.Id);
        await StoreAsync();
    }

    public async Task FreedAsync(string job)
    {
        if (state.State.Holding.Remove(job))
        {
            await StoreAsync();
        }
    }

    public Task<IReadOnlyList<string>> ActiveAsync() => Task.FromResult<IReadOnlyList<string>>(
        [.. state.State.Jobs.Values.Where(job => !job.HasEnded || state.State.Holding.Contains(job.Id)).OrderBy(job => job.Submitted).Select(job => job.Id)]);

    public Task<IReadOnlyList<JobStatus>> ListAsync(int skip, int count) => Task.FromResult<IReadOnlyList<JobStatus>>(
        [.. state.State.Jobs.Values.OrderByDescending(job => job.Submitted).Skip(skip).Take(Math.Min(count, Page))]);

    private async Task StoreAsync()
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // What is in memory may not be what is stored; the next activation reads it again.
            DeactivateOnIdle();
            throw;
        }
    }
}

/// <summary>All jobs, as the index knows them.</summary>
[GenerateSerializer, Alias("musc.index-record")]
public sealed class IndexRecord
{
    [Id(0)] public Dictionary<string, JobStatus> Jobs { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Jobs that have ended and may still hold memory, activations or files.</summary>
    [Id(1)] public HashSet<string> Holding { get; set; } = new(StringComparer.Ordinal);
}
