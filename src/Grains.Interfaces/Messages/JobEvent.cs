namespace MuSc.Grains.Messages;

/// <summary>Something that happened to a job.</summary>
/// <param name="Number">Higher than that of every earlier event, also across coordinators.</param>
/// <param name="State">The job's state then.</param>
/// <param name="Progress">How far its phase was.</param>
[GenerateSerializer, Immutable, Alias("musc.event")]
public sealed record JobEvent([property: Id(0)] long Number, [property: Id(1)] JobState State, [property: Id(2)] JobProgress Progress);
