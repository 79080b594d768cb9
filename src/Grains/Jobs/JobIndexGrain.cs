using MuSc.Grains.Placement;
using MuSc.Grains.Storage;

namespace MuSc.Grains.Jobs;

/// <summary>See <see cref="IJobIndexGrain"/> and <see cref="IJobRegisterGrain"/>.</summary>
[RequireRole(SiloRoles.Coordinate), KeepAlive]
public sealed class JobIndexGrain([PersistentState("index", StorageNames.Default)] IPersistentState<IndexRecord> state) : Grain, IJobIndexGrain, IJobRegisterGrain
{
    private const int Kept = 10_000;
    private const int Page = 1_000;

    public async Task BeginAsync(string job, DateTimeOffset submitted)
    {
        if (state.State.Jobs.TryAdd(job, new(job, JobState.Running, submitted, null, null)))
        {
            foreach (string old in state.State.Jobs.Values
                .Where(status => status.HasEnded).OrderByDescending(status => status.Submitted).Skip(Kept).Select(status => status.Id).ToList())
            {
                state.State.Jobs.Remove(old);
            }

            await StoreAsync();
        }
    }

    public async Task EndAsync(JobStatus status)
    {
        state.State.Jobs[status.Id] = status;
        await StoreAsync();
    }

    public Task<IReadOnlyList<string>> ActiveAsync() => Task.FromResult<IReadOnlyList<string>>(
        [.. state.State.Jobs.Values.Where(job => !job.HasEnded).OrderBy(job => job.Submitted).Select(job => job.Id)]);

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
}
