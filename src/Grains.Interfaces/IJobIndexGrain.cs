using Orleans.Concurrency;

namespace MuSc.Grains;

/// <summary>All jobs of a cluster as clients see them; one grain, keyed <see cref="GrainKeys.Index"/>.</summary>
[Alias("musc.IJobIndexGrain")]
public interface IJobIndexGrain : IGrainWithStringKey
{
    /// <summary>Some jobs, newest first. Of one that has not ended it is known only that it was submitted, not whether it waits or runs.</summary>
    [Alias("list"), ResponseTimeout("00:00:10")]
    Task<JobStatus[]> ListAsync(JobQuery query);

    /// <summary>Asks every job whose folder lies on the disk where it stands, and lists it so; those that run go on.</summary>
    /// <returns>The jobs that are listed now.</returns>
    [Alias("rebuild"), ResponseTimeout("00:30:00"), AlwaysInterleave]
    Task<int> RebuildAsync(CancellationToken cancellationToken);
}
