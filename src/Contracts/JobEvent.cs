namespace MuSc.Contracts;

/// <summary>Something that happened to a job.</summary>
/// <param name="Number">Higher than that of every earlier event, wherever the job is coordinated.</param>
/// <param name="State">The job's state then.</param>
/// <param name="Progress">How far its phase was.</param>
public sealed record JobEvent(long Number, JobState State, JobProgress Progress);
