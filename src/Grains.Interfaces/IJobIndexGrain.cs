using Orleans.Concurrency;

namespace MuSc.Grains;

/// <summary>All jobs of a cluster as clients see them; one grain, keyed <see cref="GrainKeys.Index"/>.</summary>
[Alias("musc.IJobIndexGrain")]
public interface IJobIndexGrain : IGrainWithStringKey
{
    /// <summary>The newest jobs, newest first; a page of at most 1,000.</summary>
    [Alias("list"), ResponseTimeout("00:00:10")]
    Task<IReadOnlyList<JobStatus>> ListAsync(int skip, int count);

    /// <summary>Asks every job whose folder lies on the disk where it stands, and lists it so; those that run go on.</summary>
    /// <returns>The jobs that are listed now.</returns>
    [Alias("rebuild"), ResponseTimeout("00:30:00"), AlwaysInterleave]
    Task<int> RebuildAsync(CancellationToken cancellationToken);
}
