using Orleans.Services;

namespace MuSc.Grains.Workers;

/// <summary>
/// See <see cref="IMutualScoringGrain"/>. Every silo that scores has exactly one, which Orleans starts with the silo and stops
/// before the silo's other grains: as many slots as there are threads, each a loop beside the grain.
/// </summary>
public sealed partial class MutualScoringGrain(
    GrainId id, Silo silo, ILoggerFactory loggers,
    IGrainFactory grains, TileWorker tiles, ClusterCalls calls, MuScOptions options, TimeProvider time, ILogger<MutualScoringGrain> logger)
    : GrainService(id, silo, loggers), IMutualScoringGrain
{
    private Task _slots = Task.CompletedTask;

    public override async Task Start()
    {
        await base.Start();
        string name = Silo.ToParsableString();
        CancellationToken drain = StoppedCancellationTokenSource.Token;
        _slots = Task.WhenAll(Enumerable.Range(0, options.Threads).Select(slot =>
            new WorkerSlot(GrainKeys.Slot(name, slot), grains, tiles, calls.Report, time, logger).RunAsync(drain)));
        Log.Started(logger, name, options.Threads);
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

/// <summary>Where a silo works on tiles of jobs. Nobody calls it: it asks coordinators for tiles, and sends minima to owners.</summary>
[Alias("musc.IMutualScoringGrain")]
public interface IMutualScoringGrain : IGrainService;
