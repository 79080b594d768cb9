using System.Diagnostics.Metrics;

namespace MuSc.Grains.Compute;

/// <summary>What an operator looks at; <c>docs/metrics.md</c> lists all of it, <see cref="SiloGauges"/> included.</summary>
public sealed class ClusterMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MuSc";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _pending = [];
    private readonly Meter _meter;
    private readonly Counter<long> _cacheRequests;
    private readonly Counter<long> _failures;
    private Dictionary<string, long> _jobs = [];

    public ClusterMetrics(IMeterFactory factory)
    {
        Meter meter = _meter = factory.Create(MeterName);
        ImagesExtracted = meter.CreateCounter<long>("musc.images.extracted", "{image}", "Images that went through a backbone.");
        TilesDone = meter.CreateCounter<long>("musc.tiles.done", "{tile}", "Tiles computed and delivered.");
        LeasesExpired = meter.CreateCounter<long>("musc.leases.expired", "{lease}", "Leases that ran out.");
        BytesFetched = meter.CreateCounter<long>("musc.features.fetched", "By", "Feature bytes fetched from extractors.");
        BytesDelivered = meter.CreateCounter<long>("musc.minima.delivered", "By", "Bytes of minima that workers sent to owners.");
        FloorBytes = meter.CreateCounter<long>("musc.floors.sent", "By", "Bytes of floors that owners sent to workers.");
        Snapshots = meter.CreateCounter<long>("musc.snapshots.written", "{snapshot}", "Snapshots that owners wrote.");
        SnapshotBytes = meter.CreateCounter<long>("musc.snapshots.bytes", "By", "Bytes of snapshots that owners wrote.");
        KeptBytes = meter.CreateUpDownCounter<long>("musc.kept.bytes", "By", "Bytes of memory for the kept values of owned blocks.");
        KernelFlops = meter.CreateCounter<double>("musc.kernel.operations", "{operation}", "Floating-point operations that the tile kernel stands for; those it may skip count too.");
        LaneWait = meter.CreateHistogram<double>("musc.lane.wait", "s", "Time that pieces of work waited for a thread of their lane.");
        _failures = meter.CreateCounter<long>("musc.attempts.failed", "{attempt}", "Tiles and blocks that failed and are tried again, or fail their job.");
        Expired = meter.CreateCounter<long>("musc.jobs.expired", "{job}", "Jobs that were deleted when their time was over.");
        _cacheRequests = meter.CreateCounter<long>("musc.cache.requests", "{request}", "What workers asked their caches for, by whether it was there.");
        PhaseSeconds = meter.CreateHistogram<double>("musc.job.phase.duration", "s", "Time of each phase of a job.");
        meter.CreateObservableGauge(
            "musc.jobs", () => _jobs.Select(jobs => new Measurement<long>(jobs.Value, new KeyValuePair<string, object?>("state", jobs.Key))), "{job}",
            "Jobs of the cluster by state; from the silo that has the index.");
        meter.CreateObservableGauge("musc.tiles.pending", Pending, "{tile}", "Tiles that nobody works on, over all jobs coordinated here.");
    }

    public Counter<long> ImagesExtracted { get; }

    public Counter<long> TilesDone { get; }

    public Counter<long> LeasesExpired { get; }

    public Counter<long> BytesFetched { get; }

    public Counter<long> BytesDelivered { get; }

    public Counter<long> FloorBytes { get; }

    public Counter<long> Snapshots { get; }

    public Counter<long> SnapshotBytes { get; }

    public UpDownCounter<long> KeptBytes { get; }

    public Counter<double> KernelFlops { get; }

    public Histogram<double> LaneWait { get; }

    public Counter<long> Expired { get; }

    public Histogram<double> PhaseSeconds { get; }

    /// <summary>What notes, for a cache, whether something that was asked for was there.</summary>
    public Action<bool> Cache(string name) =>
        hit => _cacheRequests.Add(1, new KeyValuePair<string, object?>("cache", name), new KeyValuePair<string, object?>("result", hit ? "hit" : "miss"));

    /// <summary>Adds something that is measured when somebody looks.</summary>
    public void Observe(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> measure) =>
        _meter.CreateObservableGauge(name, measure, unit, description);

    /// <summary>
    /// Lets what alerts count be seen at 0, from when the silo starts: Prometheus takes a series that begins with a number for one that has not grown.
    /// </summary>
    public void Begin()
    {
        TilesDone.Add(0);
        LeasesExpired.Add(0);
        CountFailure("tile", 0);
        CountFailure("block", 0);
    }

    /// <summary>Notes that a tile or a block failed.</summary>
    public void CountFailure(string piece, int count = 1) => _failures.Add(count, new KeyValuePair<string, object?>("piece", piece));

    /// <summary>Notes the states of all jobs; null where the index is elsewhere.</summary>
    public void SetJobs(IEnumerable<JobState>? jobs)
    {
        ILookup<JobState, JobState>? states = jobs?.ToLookup(state => state);
        _jobs = states is null ? [] : Enum.GetValues<JobState>().ToDictionary(state => state.ToString().ToLowerInvariant(), state => (long)states[state].Count());
    }

    /// <summary>Notes how many tiles of a job wait; 0 when it ends.</summary>
    public void SetPending(string job, long tiles)
    {
        lock (_lock)
        {
            if (tiles == 0)
            {
                _pending.Remove(job);
            }
            else
            {
                _pending[job] = tiles;
            }
        }
    }

    private long Pending()
    {
        lock (_lock)
        {
            return _pending.Values.Sum();
        }
    }
}
