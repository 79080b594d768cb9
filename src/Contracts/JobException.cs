namespace MuSc.Contracts;

/// <summary>What kind of thing went wrong; a program's exit code follows from it.</summary>
public enum JobErrorKind
{
    /// <summary>The request itself is wrong (exit code 2).</summary>
    Usage,

    /// <summary>An input cannot be used (exit code 3).</summary>
    Input,

    /// <summary>Memory, disk or a device does not suffice (exit code 4).</summary>
    Resource,

    /// <summary>What is asked for is not there (exit code 2).</summary>
    NotFound,

    /// <summary>What is asked for does not fit what is there: a name that is taken, a job that has not ended (exit code 2).</summary>
    Conflict,
}

/// <summary>A job that cannot go on for a reason that its owner can remove: what is wrong, where, and what to do.</summary>
public sealed class JobException(JobErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of thing went wrong.</summary>
    public JobErrorKind Kind { get; } = kind;
}
