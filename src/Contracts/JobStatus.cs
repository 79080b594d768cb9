namespace MuSc.Contracts;

/// <summary>Where a job stands.</summary>
public enum JobState
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It is being worked on.</summary>
    Running,

    /// <summary>Its results are there.</summary>
    Done,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>A job at one moment.</summary>
/// <param name="Id">The job.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Submitted">When it was submitted.</param>
/// <param name="Progress">The current phase, once there is one.</param>
/// <param name="Error">Why it failed, if it did.</param>
/// <param name="ErrorKind">What kind of error that was, if it is known.</param>
/// <param name="Expires">When a cluster deletes it; null for never, or not before its end is known.</param>
public sealed record JobStatus(
    string Id, JobState State, DateTimeOffset Submitted, JobProgress? Progress, string? Error, JobErrorKind? ErrorKind = null,
    DateTimeOffset? Expires = null)
{
    /// <summary>When work on it began, if it has.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended, if it has.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>A name for people, or null.</summary>
    public string? Name { get; init; }

    /// <summary>Who submitted it, or null.</summary>
    public string? Owner { get; init; }

    /// <summary>How many images it has.</summary>
    public JobCounts Counts { get; init; } = new(0, 0, 0);

    /// <summary>Whether nothing more will happen.</summary>
    public bool HasEnded => State is JobState.Done or JobState.Failed or JobState.Cancelled;
}

/// <summary>The images of a job, without references.</summary>
/// <param name="Images">All of them.</param>
/// <param name="Scored">Those that have a score: 0 before the end.</param>
/// <param name="Skipped">Those that were left out, as far as that is known.</param>
public sealed record JobCounts(int Images, int Scored, int Skipped);
