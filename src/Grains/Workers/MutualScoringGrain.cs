using Orleans.Concurrency;
using Orleans.Services;

namespace MuSc.Grains.Workers;

/// <summary>
/// See <see cref="IMutualScoringGrain"/>. Every silo that scores has exactly one, which Orleans starts with the silo and stops
/// before the silo's other grains. Its slots, each a loop beside the grain, are twice as many as a job's threads: while the tile of
/// one is worked out, another fetches blocks for the next or delivers what came of the last.
/// </summary>
public sealed partial class MutualScoringGrain(
    GrainId id, Silo silo, ILoggerFactory loggers,
    IGrainFactory grains, TileWorker tiles, ClusterCalls calls, MuScOptions options, TimeProvider time, ILogger<MutualScoringGrain> logger)
    : GrainService(id, silo, loggers), IMutualScoringGrain
{
    private readonly WakeUp _wake = new();
    private Task _slots = Task.CompletedTask;

    public override async Task Start()
    {
        await base.Start();
        string name = Silo.ToParsableString();
        CancellationToken drain = StoppedCancellationTokenSource.Token;
        int slots = 2 * options.Threads;
        _slots = Task.WhenAll(Enumerable.Range(0, slots).Select(slot =>
            new WorkerSlot(GrainKeys.Slot(name, slot), grains, tiles, _wake, calls.Report, time, logger).RunAsync(drain)));
        Log.Started(logger, name, slots);
    }

    public Task WakeAsync()
    {
        _wake.All();
        return Task.CompletedTask;
    }

    /// <summary>Takes no more tiles, finishes those that are begun, and hands back the others.</summary>
    public override async Task Stop()
    {
        Log.Draining(logger, Silo.ToParsableString());
        await base.Stop();
        await _slots;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 300, Level = LogLevel.Information, Message = "Silo {Silo} works with {Slots} slots")]
        public static partial void Started(ILogger logger, string silo, int slots);

        [LoggerMessage(EventId = 301, Level = LogLevel.Information, Message = "Silo {Silo} drains")]
        public static partial void Draining(ILogger logger, string silo);
    }
}

/// <summary>Where a silo works on tiles of jobs: it asks coordinators for them, and sends minima to owners.</summary>
[Alias("musc.IMutualScoringGrain")]
public interface IMutualScoringGrain : IGrainService
{
    /// <summary>There are tiles: whoever is idle asks for some.</summary>
    [Alias("wake"), OneWay, AlwaysInterleave]
    Task WakeAsync();
}
