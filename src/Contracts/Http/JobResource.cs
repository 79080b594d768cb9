namespace MuSc.Contracts.Http;

/// <summary>A job's status as the API has it: its state, and while it runs its phase.</summary>
public enum JobWord
{
    Queued,
    Checking,
    Extracting,
    Scoring,
    Writing,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>A job as the API has it.</summary>
public sealed record JobResource
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public required JobWord Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When the job and its results are deleted; null for never, or not before its end is known.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How far its phase is; null before the first and after the end.</summary>
    public ProgressResource? Progress { get; init; }

    public required JobCounts Counts { get; init; }

    /// <summary>Why it failed, if it did.</summary>
    public ErrorResource? Error { get; init; }

    /// <summary>All settings as used; not in lists.</summary>
    public JobRequest? Spec { get; init; }

    /// <summary>What was given with the job; not in lists.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The name of the key that submitted it.</summary>
    public string? Owner { get; init; }

    /// <summary>A job's resource.</summary>
    /// <param name="status">Where it stands.</param>
    /// <param name="spec">Its settings, where they are to be shown.</param>
    public static JobResource Of(JobStatus status, ScoringJobSpec? spec) => new()
    {
        Id = status.Id,
        Name = status.Name,
        Status = WordOf(status.State, status.Progress?.Phase),
        CreatedAt = status.Submitted,
        StartedAt = status.Started,
        EndedAt = status.Ended,
        ExpiresAt = status.Expires,
        Progress = status is { HasEnded: false, Progress: { } progress } ? ProgressResource.Of(progress) : null,
        Counts = status.Counts,
        Error = status.Error is { } error ? new(ErrorResource.CodeOf(status.ErrorKind ?? JobErrorKind.Resource), error) : null,
        Spec = spec is null ? null : JobRequest.Of(spec),
        Metadata = spec?.Metadata,
        Owner = status.Owner,
    };

    /// <summary>The same as contracts have it.</summary>
    public JobStatus ToStatus() => new(
        Id, StateOf(Status), CreatedAt, Progress?.ToProgress(), Error?.Message, Error is null ? null : ErrorResource.KindOf(Error.Code), ExpiresAt)
    {
        Started = StartedAt,
        Ended = EndedAt,
        Name = Name,
        Owner = Owner,
        Counts = Counts,
    };

    /// <summary>The word for a state and a phase.</summary>
    public static JobWord WordOf(JobState state, JobPhase? phase) => state switch
    {
        JobState.Queued => JobWord.Queued,
        JobState.Done => JobWord.Completed,
        JobState.Failed => JobWord.Failed,
        JobState.Cancelled => JobWord.Cancelled,
        _ => phase switch
        {
            JobPhase.Extract => JobWord.Extracting,
            JobPhase.Score => JobWord.Scoring,
            JobPhase.Write => JobWord.Writing,
            _ => JobWord.Checking,
        },
    };

    /// <summary>The state that a word stands for.</summary>
    public static JobState StateOf(JobWord word) => word switch
    {
        JobWord.Queued => JobState.Queued,
        JobWord.Completed => JobState.Done,
        JobWord.Failed => JobState.Failed,
        JobWord.Cancelled => JobState.Cancelled,
        _ => JobState.Running,
    };
}

/// <summary>How far a phase is.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Done">Images, or image pairs while scoring.</param>
/// <param name="Total">Of so many.</param>
/// <param name="ElapsedSeconds">Time since the phase began.</param>
/// <param name="RemainingSeconds">Estimate of the time left in the phase.</param>
/// <param name="Waits">What it waits for, where it cannot go on by itself.</param>
public sealed record ProgressResource(JobPhase Phase, long Done, long Total, double ElapsedSeconds, double? RemainingSeconds, string? Waits)
{
    public static ProgressResource Of(JobProgress progress) => new(
        progress.Phase, progress.Done, progress.Total, Math.Round(progress.Elapsed.TotalSeconds, 3),
        progress.Remaining is { } left ? Math.Round(left.TotalSeconds, 1) : null, progress.Waits);

    public JobProgress ToProgress() => new(
        Phase, Done, Total, TimeSpan.FromSeconds(ElapsedSeconds), RemainingSeconds is { } left ? TimeSpan.FromSeconds(left) : null, Waits);
}

/// <summary>The data of an event of <c>GET /v1/jobs/{job}/events</c>.</summary>
/// <param name="Status">The job's status then.</param>
/// <param name="Progress">How far its phase was.</param>
public sealed record EventResource(JobWord Status, ProgressResource Progress);

/// <summary>Why a job failed.</summary>
/// <param name="Code">For programs: <c>usage</c>, <c>input</c> or <c>resource</c>.</param>
/// <param name="Message">For people.</param>
public sealed record ErrorResource(string Code, string Message)
{
    public static string CodeOf(JobErrorKind kind) => kind.ToString().ToLowerInvariant();

    public static JobErrorKind KindOf(string code) => Enum.TryParse(code, ignoreCase: true, out JobErrorKind kind) ? kind : JobErrorKind.Resource;
}

/// <summary>Part of a list.</summary>
/// <param name="Data">Its entries.</param>
/// <param name="Next">For <c>?after=</c> to go on with; null at the end.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Data, string? Next);
