using MuSc.Contracts;
using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

/// <summary>
/// A cluster without a network and without a clock: the real coordinator, ledger and owners, with workers and messages
/// that a seeded random number generator kills, delays, duplicates, drops and reorders.
/// </summary>
internal sealed class ClusterSimulation : IDisposable
{
    private const int Patches = 2;
    private const int Limit = 400_000;

    private readonly Random _random;
    private readonly TilePlan _plan;
    private readonly LedgerOptions _options;
    private readonly KeptValues[] _reductions;
    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private readonly Dictionary<int, SimulatedOwner> _owners = [];
    private readonly HashSet<int> _stored = [];
    private readonly double[]?[] _results;
    private readonly double _drop;
    private readonly double _duplicate;
    private readonly double _kill;
    private readonly Dictionary<(int Pass, int Block), BlockFloors> _floors = [];
    private TileCoordinator _coordinator;
    private int _incarnation;
    private int _workers;
    private long _now;
    private long _order;

    public ClusterSimulation(int seed)
    {
        _random = new(seed);
        (_plan, IntervalRange interval, Reduction reduction) = SimulatedJob.Random(_random);
        _options = new() { LeaseTime = TimeSpan.FromTicks(_random.Next(100, 400)), PassesInFlight = _random.Next(1, 4) };
        _reductions = [.. Enumerable.Range(0, _plan.Scored).Select(block => KeptValues.Of(_plan.Mode, interval, reduction, false, _plan.Scorers(block)))];
        _results = new double[_plan.Blocks.Count][];
        _drop = _random.NextDouble() * 0.1;
        _duplicate = _random.NextDouble() * 0.2;
        _kill = _random.NextDouble() * 0.01;
        _coordinator = new(_plan, _options);
        foreach (int block in _coordinator.Owners)
        {
            _owners[block] = new(_plan, block, Patches, _reductions[block]);
        }
    }

    public long Computed { get; private set; }

    public long Tiles => _plan.Tiles;

    public int Kills { get; private set; }

    public int LeftOut { get; private set; }

    public int Strips { get; private set; }

    /// <summary>Runs to the end and compares every block's scores with a plain computation, bit by bit.</summary>
    public void Run()
    {
        int workers = _random.Next(1, 6);
        for (int worker = 0; worker < workers; worker++)
        {
            Start();
        }

        After(10, Tick);
        int steps = 0;
        while (!_coordinator.IsComplete)
        {
            Assert.True(++steps < Limit, "The simulated job does not end.");
            Assert.True(_events.TryDequeue(out Action? next, out (long Time, long Order) at), "Nothing is left to happen, yet the job is not done.");
            _now = at.Time;
            next();
        }

        foreach ((int block, SimulatedOwner _) in _owners)
        {
            Assert.Equal(SimulatedJob.Expected(_plan, block, Patches, _reductions[block]), _results[block]);
        }
    }

    public void Dispose()
    {
        foreach (SimulatedOwner owner in _owners.Values)
        {
            owner.Dispose();
        }
    }

    private DateTimeOffset Now => DateTimeOffset.UnixEpoch.AddTicks(_now);

    // The controller's beat: expiry, faults, and a reconcile round now and then.
    private void Tick()
    {
        _coordinator.Ledger.Expire(Now);
        Fault();
        if (_coordinator.Suspects.Count > 0 || _random.Next(8) == 0)
        {
            int round = _coordinator.BeginRound();
            int incarnation = _incarnation;
            foreach (int block in _coordinator.Owners.Except(_coordinator.Finished).ToList())
            {
                Send(() =>
                {
                    BlockReport report = _owners[block].Report();
                    Offer(block);
                    Send(() =>
                    {
                        if (incarnation == _incarnation)
                        {
                            _coordinator.Report(round, report);
                        }
                    });
                });
            }
        }

        After(20, Tick);
    }

    private void Fault()
    {
        if (_random.NextDouble() < _kill * 4)
        {
            Kills++;
            _owners.Values.ElementAt(_random.Next(_owners.Count)).Kill();
        }

        if (_random.NextDouble() < _kill)
        {
            Kills++;
            _incarnation++;
            _coordinator = new(_plan, _options);
            foreach (int block in _stored)
            {
                _coordinator.Finish(block);
            }
        }

        if (_random.NextDouble() < _kill)
        {
            Start();
        }
    }

    private void Start()
    {
        string name = $"worker {_workers++}";
        After(_random.Next(1, 50), () => Work(name));
    }

    private void Work(string worker)
    {
        if (_random.NextDouble() < _kill)
        {
            Kills++;
            Start();
            return;
        }

        IReadOnlyList<Tile> tiles = _coordinator.Ledger.Take(worker, new HashSet<int>(), 1, Now);
        if (tiles.Count == 0)
        {
            After(40, () => Work(worker));
            return;
        }

        Computed++;
        After(_random.Next(5, 60), () => Deliver(worker, tiles[0]));
    }

    private void Deliver(string worker, Tile tile)
    {
        _coordinator.Ledger.Renew(worker, new HashSet<Tile> { tile }, Now);
        long? row = _plan.Takes(tile.Pass, tile.Row) ? null : 0;
        long? column = !tile.IsDiagonal && _plan.Takes(tile.Pass, tile.Column) ? null : 0;
        Strips += _plan.Strips.Count > 1 ? 1 : 0;
        bool told = false;
        int tries = 0;
        Offer();

        void Offer()
        {
            if (told || tries++ > 6)
            {
                if (!told)
                {
                    After(1, () => Work(worker));
                    told = true;
                }

                return;
            }

            if (row is null)
            {
                Hand(tile.Row, tile.Column, epoch => { row = epoch; Tell(); });
            }

            if (column is null)
            {
                Hand(tile.Column, tile.Row, epoch => { column = epoch; Tell(); });
            }

            After(80, Offer);
        }

        void Tell()
        {
            if (told || row is null || column is null)
            {
                return;
            }

            told = true;
            (long rowEpoch, long columnEpoch) = (row.Value, tile.IsDiagonal ? row.Value : column.Value);
            Send(() => _coordinator.Complete(tile, rowEpoch, columnEpoch));
            After(1, () => Work(worker));
        }

        void Hand(int block, int partner, Action<long> acknowledged) => Send(() =>
        {
            // What a worker knows of floors may be of any age and from any epoch.
            BlockFloors? floors = _floors.GetValueOrDefault((tile.Pass, block));
            LeftOut += floors is null ? 0 : 1;
            long epoch = _owners[block].Deliver(tile.Pass, partner, SimulatedJob.Dots(_plan, _plan.MapOf(tile.Pass), block, partner, Patches, floors), _random);
            if (_owners[block].Floors(tile.Pass) is { } told && _random.Next(2) == 0)
            {
                _floors[(tile.Pass, block)] = told;
            }

            this.Offer(block);
            Send(() => acknowledged(epoch));
        });
    }

    // A complete owner stores its block's results once, and says so until it is heard.
    private void Offer(int block)
    {
        if (_owners[block].Scores() is { } scores)
        {
            if (_stored.Add(block))
            {
                _results[block] = scores;
            }

            Send(() => _coordinator.Finish(block));
        }
    }

    private void Send(Action arrive)
    {
        if (_random.NextDouble() < _drop)
        {
            return;
        }

        After(_random.Next(1, 40), arrive);
        if (_random.NextDouble() < _duplicate)
        {
            After(_random.Next(1, 200), arrive);
        }
    }

    private void After(long ticks, Action act) => _events.Enqueue(act, (_now + ticks, _order++));
}
