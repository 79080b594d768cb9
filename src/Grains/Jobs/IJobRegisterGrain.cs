namespace MuSc.Grains.Jobs;

/// <summary>All jobs of a cluster as coordinators and workers see them: the same grain as <see cref="IJobIndexGrain"/>.</summary>
[Alias("musc.IJobRegisterGrain")]
public interface IJobRegisterGrain : IGrainWithStringKey
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
}
