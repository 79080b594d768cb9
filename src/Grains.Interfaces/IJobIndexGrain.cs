namespace MuSc.Grains;

/// <summary>All jobs of a cluster; one grain, keyed <see cref="GrainKeys.Index"/>.</summary>
[Alias("musc.IJobIndexGrain")]
public interface IJobIndexGrain : IGrainWithStringKey
{
    /// <summary>Notes a job that is to be worked on.</summary>
    [Alias("begin"), ResponseTimeout("00:00:10")]
    Task BeginAsync(string job, DateTimeOffset submitted);

    /// <summary>Notes that a job has ended, however.</summary>
    [Alias("end"), ResponseTimeout("00:00:10")]
    Task EndAsync(JobStatus status);

    /// <summary>The jobs to be worked on, oldest first. Whoever works asks here, and by asking the jobs brings lost coordinators back.</summary>
    [Alias("active"), ResponseTimeout("00:00:10")]
    Task<IReadOnlyList<string>> ActiveAsync();

    /// <summary>The newest jobs, newest first; a page of at most 1,000.</summary>
    [Alias("list"), ResponseTimeout("00:00:10")]
    Task<IReadOnlyList<JobStatus>> ListAsync(int skip, int count);
}
