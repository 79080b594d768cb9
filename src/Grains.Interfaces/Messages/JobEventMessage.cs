using MuSc.Contracts;

namespace MuSc.Grains.Messages;

/// <summary>Something that happened to a job.</summary>
/// <param name="Number">Higher than that of every earlier event, also across coordinators.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all.</param>
/// <param name="Elapsed">Time since the phase began.</param>
/// <param name="State">The job's state then.</param>
[GenerateSerializer, Immutable, Alias("musc.event")]
public sealed record JobEventMessage(
    [property: Id(0)] long Number,
    [property: Id(1)] JobPhase Phase,
    [property: Id(2)] long Done,
    [property: Id(3)] long Total,
    [property: Id(4)] TimeSpan Elapsed,
    [property: Id(5)] JobState State)
{
    /// <summary>The same in the engine's terms.</summary>
    public JobProgress ToProgress() => new(
        Phase, Done, Total, Elapsed,
        Done > 0 && Done < Total ? TimeSpan.FromSeconds(Elapsed.TotalSeconds * (Total - Done) / Done) : null);
}
