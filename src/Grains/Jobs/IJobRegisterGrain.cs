using Orleans.Concurrency;

namespace MuSc.Grains.Jobs;

/// <summary>All jobs of a cluster as coordinators and workers see them: the same grain as <see cref="IJobIndexGrain"/>.</summary>
[Alias("musc.IJobRegisterGrain")]
public interface IJobRegisterGrain : IGrainWithStringKey
{
    /// <summary>Notes a job that is to be worked on.</summary>
    [Alias("begin"), ResponseTimeout("00:00:10")]
    Task BeginAsync(JobStatus status);

    /// <summary>Notes that a job has ended, however; what it holds in the cluster is still to be freed.</summary>
    [Alias("end"), ResponseTimeout("00:00:10")]
    Task EndAsync(JobStatus status);

    /// <summary>Notes that a job that has ended holds nothing any more.</summary>
    [Alias("freed"), ResponseTimeout("00:00:10")]
    Task FreedAsync(string job);

    /// <summary>Notes that a job is no more.</summary>
    [Alias("deleted"), ResponseTimeout("00:00:10")]
    Task DeletedAsync(string job);

    /// <summary>Deletes the jobs and uploads whose time is over; one that cannot be deleted now is tried again the next time.</summary>
    [Alias("sweep"), ResponseTimeout("00:30:00"), AlwaysInterleave]
    Task SweepAsync(DateTimeOffset now);

    /// <summary>Takes some of the scoring silos' memory for kept values for a job, until it is freed.</summary>
    /// <param name="job">The job.</param>
    /// <param name="bytes">What it needs on the silo where it needs most.</param>
    /// <param name="capacity">What the smallest silo has.</param>
    /// <returns>Whether there is room; else nothing is taken.</returns>
    [Alias("admit"), ResponseTimeout("00:00:10")]
    Task<bool> AdmitAsync(string job, long bytes, long capacity);

    /// <summary>
    /// The jobs that are to be worked on or freed, oldest first. Whoever works asks here, and by asking the jobs brings lost
    /// coordinators back.
    /// </summary>
    [Alias("active"), ResponseTimeout("00:00:10")]
    Task<IReadOnlyList<string>> ActiveAsync();
}
