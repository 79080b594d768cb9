using MuSc.Grains.Messages;

namespace MuSc.Grains;

/// <summary>A worker slot of a silo: takes tiles from jobs, fetches blocks, runs the kernel, delivers minima to the owners.</summary>
[Alias("musc.IMutualScoringGrain")]
public interface IMutualScoringGrain : IGrainWithStringKey
{
    /// <summary>Begins to work, once; called by the silo itself.</summary>
    [Alias("start"), ResponseTimeout("00:00:10")]
    Task StartAsync();

    /// <summary>Takes no more tiles and hands back those not begun.</summary>
    [Alias("drain"), ResponseTimeout("00:00:10")]
    Task DrainAsync();

    /// <summary>What the slot has done so far.</summary>
    [Alias("status"), ResponseTimeout("00:00:10")]
    Task<WorkerStatusMessage> StatusAsync();
}
