namespace MuSc.Engine.Tiles;

/// <summary>How a ledger leases.</summary>
public sealed record LedgerOptions
{
    /// <summary>How long a lease holds unless renewed; more than zero. The default is 30 seconds.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Passes worked on at once, at least 1: owners hold kept values of so many. The default is 2.</summary>
    public int PassesInFlight { get; init; } = 2;
}

/// <summary>What the ledger believes of a tile.</summary>
public enum TileState : byte
{
    /// <summary>Nobody works on it.</summary>
    Pending,

    /// <summary>A worker has it.</summary>
    Leased,

    /// <summary>Its owners have received it.</summary>
    Done,
}

/// <summary>
/// Who works on which tile: lease, renew, complete, expire. A plain state machine without a clock, deterministic, and a
/// cache: what the owners of the blocks have received is the truth, and <see cref="TileCoordinator"/> brings the ledger to it.
/// Workers are named <c>place/n</c>; those of one place (a silo) hold the same blocks and do its share of the tiles. A name without
/// a slash is a place with one worker. Not thread-safe.
/// </summary>
public sealed class TileLedger
{
    // How far from a queue's end a tile with a held block is looked for; longer searches gain little traffic.
    private const int Lookahead = 64;

    private readonly TilePlan _plan;
    private readonly LedgerOptions _options;
    private readonly Dictionary<Tile, TileLease> _leases = [];
    private readonly HashSet<string> _workers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, PlaceQueue?> _places = new(StringComparer.Ordinal);
    private readonly List<Tile> _returned = [];
    private readonly TileState[]?[] _states;
    private readonly int[] _open;
    private PlaceQueue[] _shares = [];

    /// <param name="plan">The job's tiles.</param>
    /// <param name="options">How to lease.</param>
    public TileLedger(TilePlan plan, LedgerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PassesInFlight, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.LeaseTime, TimeSpan.Zero, nameof(options));
        (_plan, _options) = (plan, options);
        _states = new TileState[]?[plan.Passes];
        _open = [.. Enumerable.Range(0, plan.Passes).Select(plan.TilesIn)];
    }

    /// <summary>Tiles that are not done.</summary>
    public long Open => _open.Sum(open => (long)open);

    /// <summary>Tiles that a worker has.</summary>
    public int Leased => _leases.Count;

    /// <summary>Tiles that nobody works on: what an autoscaler looks at.</summary>
    public long Pending => Open - Leased;

    /// <summary>Whether somebody who asks now gets a tile.</summary>
    public bool HasTiles => Window().Any(pass => _open[pass] > _leases.Keys.Count(tile => tile.Pass == pass));

    /// <summary>Leases that ran out so far.</summary>
    public long Expiries { get; private set; }

    /// <summary>Image pairs of the tiles that are done.</summary>
    public long DonePairs { get; private set; }

    /// <summary>What is believed of a tile.</summary>
    public TileState State(Tile tile) =>
        _states[tile.Pass]?[_plan.Position(tile)] ?? (_open[tile.Pass] > 0 ? TileState.Pending : TileState.Done);

    /// <summary>
    /// Leases up to <paramref name="count"/> tiles: first what was handed back, then the share of the worker's place, then what is
    /// left of the longest other share; of several, one whose blocks the worker holds.
    /// </summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="held">Blocks whose tokens it holds.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<Tile> Take(string worker, IReadOnlySet<int> held, int count, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Join(worker);
        List<Tile> taken = [];
        while (taken.Count < count && Next(worker, held) is { } tile)
        {
            Lease(tile, worker, now);
            taken.Add(tile);
        }

        return taken;
    }

    /// <summary>The place of a worker.</summary>
    public static string PlaceOf(string worker) => worker.LastIndexOf('/') is var slash and >= 0 ? worker[..slash] : worker;

    /// <summary>Gives each place a share of the tiles, before anybody asks for some.</summary>
    /// <param name="places">The places; of the same number in the same order everybody gets the blocks that <see cref="TilePlan.Home"/> says.</param>
    public void LayOut(IReadOnlyCollection<string> places)
    {
        Placement placement = new(_plan, places.Count);
        _shares = [.. Enumerable.Range(0, places.Count).Select(index => new PlaceQueue(placement, index))];
        foreach ((string place, PlaceQueue share) in places.Order(StringComparer.Ordinal).Zip(_shares))
        {
            _places[place] = share;
        }
    }

    /// <summary>
    /// Prolongs a worker's leases on the tiles that it is at, and takes back the others: it never got them, or gave up. A tile
    /// that it is at and nobody has is leased to it: the ledger is younger than the work.
    /// </summary>
    public void Renew(string worker, IReadOnlySet<Tile> working, DateTimeOffset now)
    {
        Join(worker);
        foreach (Tile tile in TilesOf(worker).Where(tile => !working.Contains(tile)))
        {
            Reopen(tile);
        }

        foreach (Tile tile in working.Where(tile => IsPending(tile) || (_leases.TryGetValue(tile, out TileLease lease) && lease.Worker == worker)))
        {
            Lease(tile, worker, now);
        }
    }

    /// <summary>Notes that the owners have the tile; whoever reports it.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Complete(Tile tile)
    {
        if (State(tile) == TileState.Done)
        {
            return false;
        }

        _leases.Remove(tile);
        States(tile.Pass)[_plan.Position(tile)] = TileState.Done;
        DonePairs += _plan.Pairs(tile);
        if (--_open[tile.Pass] == 0)
        {
            _states[tile.Pass] = null;
        }

        return true;
    }

    /// <summary>Makes a tile pending again, whatever it was: an owner lacks it.</summary>
    public void Reopen(Tile tile)
    {
        TileState state = State(tile);
        if (state == TileState.Pending)
        {
            return;
        }

        _leases.Remove(tile);
        States(tile.Pass)[_plan.Position(tile)] = TileState.Pending;
        _returned.Add(tile);
        if (state == TileState.Done)
        {
            _open[tile.Pass]++;
            DonePairs -= _plan.Pairs(tile);
        }
    }

    /// <summary>Takes a worker out, with its leases; it left or is known to be dead. The share of a place without workers waits for another.</summary>
    public void Remove(string worker)
    {
        TilesOf(worker).ForEach(Reopen);
        if (_workers.Remove(worker) && !_workers.Select(PlaceOf).Contains(PlaceOf(worker)))
        {
            _places.Remove(PlaceOf(worker));
        }
    }

    /// <summary>Takes out every worker whose leases ran out.</summary>
    /// <returns>The workers that were taken out.</returns>
    public IReadOnlyList<string> Expire(DateTimeOffset now)
    {
        List<Tile> late = [.. _leases.Where(lease => lease.Value.Until <= now).Select(lease => lease.Key)];
        List<string> workers = [.. late.Select(tile => _leases[tile].Worker).Distinct().Order(StringComparer.Ordinal)];
        Expiries += late.Count;
        workers.ForEach(Remove);
        return workers;
    }

    // The passes that may be worked on now: from the first that is not done, as many as may be in flight.
    private int[] Window() => [.. Enumerable.Range(0, _plan.Passes).Where(pass => _open[pass] > 0).Take(_options.PassesInFlight)];

    private void Lease(Tile tile, string worker, DateTimeOffset now)
    {
        States(tile.Pass)[_plan.Position(tile)] = TileState.Leased;
        _leases[tile] = new(worker, now + _options.LeaseTime);
    }

    private TileState[] States(int pass)
    {
        if (_states[pass] is not { } states)
        {
            states = new TileState[_plan.Positions];
            Array.Fill(states, _open[pass] > 0 ? TileState.Pending : TileState.Done);
            _states[pass] = states;
        }

        return states;
    }

    private List<Tile> TilesOf(string worker) =>
        [.. _leases.Where(lease => lease.Value.Worker == worker).Select(lease => lease.Key)];

    // Who comes later takes the share of one that left, or helps the others: shares that moved would cost more than they save, until
    // there are twice as many places.
    private void Join(string worker)
    {
        if (!_workers.Add(worker) || _places.ContainsKey(PlaceOf(worker)))
        {
            return;
        }

        _places.Add(PlaceOf(worker), _shares.Except(_places.Values).FirstOrDefault());
        if (_places.Count >= 2 * _shares.Length)
        {
            LayOut([.. _places.Keys]);
        }
    }

    private Tile? Next(string worker, IReadOnlySet<int> held)
    {
        int[] window = Window();
        _returned.RemoveAll(tile => !IsPending(tile));
        IEnumerable<int> places = Enumerable.Range(0, Math.Min(_returned.Count, Lookahead)).Where(place => window.Contains(_returned[place].Pass));
        return TileQueue.TakeBest(_returned, places, held)
            ?? window.Select(pass => _places[PlaceOf(worker)] is { } own ? Queue(own, pass).TakeFirst(IsPending) : null).FirstOrDefault(tile => tile is not null)
            ?? window.SelectMany(pass => LongestFirst(pass).Select(queue => queue.TakeBest(IsPending, held, Lookahead))).FirstOrDefault(tile => tile is not null);
    }

    private IEnumerable<TileQueue> LongestFirst(int pass) => _shares.Select(share => Queue(share, pass)).OrderByDescending(queue => queue.Length);

    private bool IsPending(Tile tile) => State(tile) == TileState.Pending;

    private TileQueue Queue(PlaceQueue share, int pass) => share.Of(pass, IsPending);

    private readonly record struct TileLease(string Worker, DateTimeOffset Until);
}
