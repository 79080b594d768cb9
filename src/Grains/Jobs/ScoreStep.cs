using MuSc.Engine.Tiles;

namespace MuSc.Grains.Jobs;

/// <summary>The coordinator's part in scoring: leases to workers, reports from owners, and a beat that sets right what went wrong.</summary>
internal sealed partial class ScoreStep
{
    private const int ReportsAtOnce = 16;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RoundInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Gone = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstRound = TimeSpan.FromSeconds(20);

    private readonly string _job;
    private readonly JobLayoutMessage _layout;
    private readonly JobServices _services;
    private readonly SiloPlaces _places;
    private readonly TileCoordinator _coordinator;
    private readonly Dictionary<string, DateTimeOffset> _seen = [];

    // Silos of which a worker found no tiles.
    private readonly HashSet<string> _idle;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ready;

    public ScoreStep(string job, JobLayoutMessage layout, IEnumerable<int> stored, JobServices services, SiloPlaces places)
    {
        (_job, _layout, _services, _places) = (job, layout, services, places);
        Plan = layout.ToPlan();
        _coordinator = new(Plan, new() { LeaseTime = services.Options.LeaseTime });
        _coordinator.Ledger.LayOut(places.Names);
        _idle = [.. places.Names];
        foreach (int block in stored)
        {
            _coordinator.Finish(block);
        }
    }

    /// <summary>The job's tiles.</summary>
    public TilePlan Plan { get; }

    /// <summary>Image pairs done, of <see cref="TilePlan.ImagePairs"/>.</summary>
    public long Done => _coordinator.Ledger.DonePairs;

    private bool CanWake => _ready && _idle.Count > 0 && _coordinator.Ledger.HasTiles;

    /// <summary>An owner has stored a block.</summary>
    public void Stored(int block)
    {
        _coordinator.Finish(block);
        _news.TrySetResult();
    }

    /// <summary>Takes in what a worker has done and gives it more.</summary>
    public WorkReply Take(WorkRequest request)
    {
        DateTimeOffset now = _services.Time.GetUtcNow();
        _seen[request.Worker] = now;
        if (request.Generation == _layout.Generation)
        {
            foreach (TileDoneMessage done in request.Done)
            {
                _coordinator.Complete(done.Tile, done.RowEpoch, done.ColumnEpoch);
            }

            _coordinator.Ledger.Renew(request.Worker, request.Working.ToHashSet(), now);
            if (CanWake)
            {
                _news.TrySetResult();
            }
        }

        // Before the owners have reported what they have, everything looks undone.
        IReadOnlyList<Tile> tiles = _ready && request.Count > 0
            ? _coordinator.Ledger.Take(request.Worker, request.Held.ToHashSet(), request.Count, now)
            : [];
        if (request.Count > 0 && tiles.Count == 0)
        {
            _idle.Add(TileLedger.PlaceOf(request.Worker));
        }

        return new(_layout.Generation, [.. tiles], false);
    }

    /// <summary>Runs until every block is stored.</summary>
    /// <param name="changed">Called after each beat.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task RunAsync(Func<Task> changed, CancellationToken cancellationToken)
    {
        try
        {
            await RunUntilStoredAsync(changed, cancellationToken);
        }
        finally
        {
            // However scoring ends here, nothing of it waits here any more.
            _services.Metrics.SetPending(_job, 0);
        }
    }

    private async Task RunUntilStoredAsync(Func<Task> changed, CancellationToken cancellationToken)
    {
        DateTimeOffset begun = _services.Time.GetUtcNow();
        DateTimeOffset lastRound = DateTimeOffset.MinValue;
        while (!_coordinator.IsComplete)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DateTimeOffset now = _services.Time.GetUtcNow();
            if (_coordinator.Suspects.Count > 0 || now - lastRound > RoundInterval)
            {
                bool heardAll = await AskOwnersAsync(cancellationToken);
                lastRound = _services.Time.GetUtcNow();
                _ready |= heardAll || lastRound - begun > FirstRound;
            }

            Expire();
            await WakeAsync();
            _services.Metrics.SetPending(_job, _coordinator.Ledger.Pending);
            await changed();
            if (!_coordinator.IsComplete)
            {
                await Task.WhenAny(_news.Task, Task.Delay(Beat, _services.Time, cancellationToken));
                _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private async Task WakeAsync()
    {
        if (!CanWake)
        {
            return;
        }

        string[] places = [.. _idle];
        _idle.Clear();
        foreach (string place in places)
        {
            try
            {
                await _services.Workers.WakeAsync(SiloAddress.FromParsableString(place));
            }
            catch (Exception error) when (Transient.Is(error))
            {
                // It has gone, or asks again by itself.
                Log.Asleep(_services.Logger, _job, place, error.Message);
            }
        }
    }

    private void Expire()
    {
        DateTimeOffset now = _services.Time.GetUtcNow();
        long before = _coordinator.Ledger.Expiries;
        foreach (string worker in _coordinator.Ledger.Expire(now))
        {
            Log.Expired(_services.Logger, _job, worker);
        }

        _services.Metrics.LeasesExpired.Add(_coordinator.Ledger.Expiries - before);
        foreach (string worker in _seen.Where(entry => now - entry.Value > Gone).Select(entry => entry.Key).ToList())
        {
            _seen.Remove(worker);
            _coordinator.Ledger.Remove(worker);
        }
    }

    // An owner that does not answer stays suspect and is asked again on the next beat; asking also brings it back elsewhere.
    private async Task<bool> AskOwnersAsync(CancellationToken cancellationToken)
    {
        int round = _coordinator.BeginRound();
        int[] owners = [.. _coordinator.Owners.Except(_coordinator.Finished)];
        using SemaphoreSlim calls = new(ReportsAtOnce);
        bool[] heard = await Task.WhenAll(owners.Select(AskAsync));
        return Array.TrueForAll(heard, answer => answer);

        async Task<bool> AskAsync(int block)
        {
            await calls.WaitAsync(cancellationToken);
            try
            {
                IIntervalAverageGrain owner = _services.Grains.GetGrain<IIntervalAverageGrain>(GrainKeys.Block(_job, _layout.Generation, block));
                BlockReportMessage report = await _places.NearHome(block, owner.ReportAsync).WaitAsync(cancellationToken);
                int reopened = _coordinator.Report(round, report.ToReport());
                if (reopened > 0)
                {
                    Log.Reopened(_services.Logger, _job, block, report.Epoch, reopened);
                }

                if (report.Stored)
                {
                    Stored(block);
                }

                return true;
            }
            catch (Exception error) when (Transient.Is(error))
            {
                Log.Silent(_services.Logger, _job, block, error.Message);
                return false;
            }
            finally
            {
                calls.Release();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 130, Level = LogLevel.Warning, Message = "Job {Job}: the leases of {Worker} ran out")]
        public static partial void Expired(ILogger logger, string job, string worker);

        [LoggerMessage(EventId = 133, Level = LogLevel.Debug, Message = "Job {Job}: the workers of {Silo} were not woken: {Error}")]
        public static partial void Asleep(ILogger logger, string job, string silo, string error);

        [LoggerMessage(EventId = 131, Level = LogLevel.Information, Message = "Job {Job} block {Block}: epoch {Epoch} lacks {Tiles} tiles that were done")]
        public static partial void Reopened(ILogger logger, string job, int block, long epoch, int tiles);

        [LoggerMessage(EventId = 132, Level = LogLevel.Warning, Message = "Job {Job} block {Block}: its owner did not answer: {Error}")]
        public static partial void Silent(ILogger logger, string job, int block, string error);
    }
}
