namespace MuSc.Contracts;

/// <summary>The parts of a job, in order.</summary>
public enum JobPhase
{
    /// <summary>Every image is decoded once, so that bad files are known before any work.</summary>
    Check,

    /// <summary>The backbone turns images into tokens.</summary>
    Extract,

    /// <summary>The images score each other, map by map.</summary>
    Score,

    /// <summary>Maps, overlays, tables and the report are written.</summary>
    Write,
}

/// <summary>How far a phase is.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Done">Units done: images, or image pairs for <see cref="JobPhase.Score"/>.</param>
/// <param name="Total">Units in all.</param>
/// <param name="Elapsed">Time since the phase began.</param>
/// <param name="Remaining">Estimate of the time left in the phase, once there is one.</param>
/// <param name="Waits">What it waits for, where it cannot go on by itself; else null.</param>
public sealed record JobProgress(JobPhase Phase, long Done, long Total, TimeSpan Elapsed, TimeSpan? Remaining, string? Waits = null);
