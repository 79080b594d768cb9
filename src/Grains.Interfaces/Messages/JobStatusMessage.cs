using MuSc.Contracts;

namespace MuSc.Grains.Messages;

/// <summary>A job at one moment.</summary>
[GenerateSerializer, Immutable, Alias("musc.status")]
public sealed record JobStatusMessage(
    [property: Id(0)] string Job,
    [property: Id(1)] JobState State,
    [property: Id(2)] DateTimeOffset Submitted,
    [property: Id(3)] JobEventMessage? Progress,
    [property: Id(4)] string? Error,
    [property: Id(5)] JobErrorKind? ErrorKind)
{
    /// <summary>Whether nothing more will happen.</summary>
    public bool HasEnded => State is JobState.Done or JobState.Failed or JobState.Cancelled;
}
