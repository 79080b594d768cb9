namespace MuSc.Grains.Jobs;

/// <summary>What is stored of a job: what was asked for, and how it ended.</summary>
[GenerateSerializer, Alias("musc.job-record")]
public sealed class JobRecord
{
    /// <summary>The specification, as text: one that cannot be read any more is still a job that can be looked at and cancelled.</summary>
    [Id(0)] public ContractJson? Spec { get; set; }

    [Id(1)] public DateTimeOffset Submitted { get; set; }

    [Id(2)] public JobState State { get; set; }

    [Id(3)] public string? Error { get; set; }

    [Id(4)] public JobErrorKind? ErrorKind { get; set; }

    /// <summary>When it ended.</summary>
    [Id(5)] public DateTimeOffset? Ended { get; set; }

    /// <summary>The span of whoever submitted it, or null.</summary>
    [Id(6)] public string? Trace { get; set; }

    /// <summary>SHA-256 of what was asked for, before its images were listed.</summary>
    [Id(7)] public string? Asked { get; set; }
}

/// <summary>What is stored of a job's progress. Losing the last of it costs repetition, never a wrong result.</summary>
[GenerateSerializer, Alias("musc.progress-record")]
public sealed class ProgressRecord
{
    /// <summary>Counts how often the features had to be extracted again from the start; 1 at first.</summary>
    [Id(0)] public int Generation { get; set; } = 1;

    /// <summary>Outcome of the check of each image, references last; empty before it is done.</summary>
    [Id(1)] public ImageCheckMessage[] Checks { get; set; } = [];

    /// <summary>Hash of each block's features, as far as they are known.</summary>
    [Id(2)] public string?[] Hashes { get; set; } = [];

    [Id(3)] public string? Profile { get; set; }

    [Id(4)] public FeatureShapeMessage? Shape { get; set; }

    /// <summary>Blocks whose patch scores are stored.</summary>
    [Id(5)] public HashSet<int> Stored { get; set; } = [];

    [Id(6)] public Dictionary<JobPhase, TimeSpan> PhaseTimes { get; set; } = [];

    /// <summary>Images of a strip at most; 0 before it is chosen. What owners have received depends on it.</summary>
    [Id(7)] public int StripImages { get; set; }

    /// <summary>When work on the job began.</summary>
    [Id(8)] public DateTimeOffset? Started { get; set; }
}
