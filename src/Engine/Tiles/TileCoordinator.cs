namespace MuSc.Engine.Tiles;

/// <summary>
/// A job's scoring as its coordinator sees it: a ledger, what the owners last reported, and the reconcile step between
/// them. It looks at state, as a controller does, and may be thrown away and begun again at any moment. Not thread-safe.
/// </summary>
/// <param name="plan">The job's tiles.</param>
/// <param name="options">How to lease.</param>
public sealed class TileCoordinator(TilePlan plan, LedgerOptions options)
{
    private readonly Dictionary<int, long> _epochs = [];
    private readonly Dictionary<int, BlockReport> _reports = [];
    private readonly HashSet<int> _suspects = [.. Enumerable.Range(0, plan.Scored)];
    private readonly HashSet<int> _finished = [];
    private readonly HashSet<Tile> _sinceRound = [];
    private int _round;

    /// <summary>The leases.</summary>
    public TileLedger Ledger { get; } = new(plan, options);

    /// <summary>The blocks that are scored.</summary>
    public IEnumerable<int> Owners => Enumerable.Range(0, plan.Scored);

    /// <summary>Owners that may have less than the ledger believes; to be asked for a report soon.</summary>
    public IReadOnlyCollection<int> Suspects => _suspects;

    /// <summary>Blocks whose results are safely stored.</summary>
    public IReadOnlyCollection<int> Finished => _finished;

    /// <summary>Whether every block's results are stored.</summary>
    public bool IsComplete => _finished.Count == plan.Scored;

    /// <summary>
    /// Notes a worker's word that the owners have merged a tile. It counts only from owners in their current epoch: an
    /// owner that has been activated again since may have lost it.
    /// </summary>
    /// <param name="tile">The tile.</param>
    /// <param name="rowEpoch">Epoch in which the row block's owner took its part; any for a block that takes none in the pass.</param>
    /// <param name="columnEpoch">The same for the column block.</param>
    /// <returns>Whether the tile is done by this.</returns>
    public bool Complete(Tile tile, long rowEpoch, long columnEpoch)
    {
        bool current = IsCurrent(tile.Pass, tile.Row, rowEpoch) & IsCurrent(tile.Pass, tile.Column, columnEpoch);
        if (!current)
        {
            if (Ledger.State(tile) == TileState.Leased)
            {
                Ledger.Reopen(tile);
            }

            return false;
        }

        _sinceRound.Add(tile);
        return Ledger.Complete(tile);
    }

    /// <summary>Notes that a block's results are stored: nothing is awaited for it any more.</summary>
    public void Finish(int block)
    {
        _finished.Add(block);
        _suspects.Remove(block);
        foreach (Tile tile in TilesOf(block))
        {
            Settle(tile);
        }
    }

    /// <summary>Begins a round of asking owners what they have.</summary>
    /// <returns>The round, to be given back with each report.</returns>
    public int BeginRound()
    {
        _sinceRound.Clear();
        return ++_round;
    }

    /// <summary>Brings the ledger to what an owner says it has.</summary>
    /// <param name="round">The round in which it was asked; a report of an earlier round is passed over as too old.</param>
    /// <param name="report">What the owner has.</param>
    /// <returns>Tiles that were opened again.</returns>
    public int Report(int round, BlockReport report)
    {
        if (round != _round || _finished.Contains(report.Block) || report.Epoch < _epochs.GetValueOrDefault(report.Block))
        {
            return 0;
        }

        _epochs[report.Block] = report.Epoch;
        _reports[report.Block] = report;
        _suspects.Remove(report.Block);
        return TilesOf(report.Block).Count(tile => Settle(tile, report.Block));
    }

    // All tiles of which a block takes minima.
    private IEnumerable<Tile> TilesOf(int block) => Enumerable.Range(0, plan.Maps)
        .SelectMany(map => plan.Partners(block).Select(partner => Tile.Of(plan.PassOf(map, block), block, partner)));

    private bool Settle(Tile tile, int? reporter = null)
    {
        bool? row = Has(tile.Pass, tile.Row, tile.Column);
        bool? column = Has(tile.Pass, tile.Column, tile.Row);
        if (row == true && column == true)
        {
            Ledger.Complete(tile);
        }

        bool lacks = (tile.Row == reporter && row == false) || (tile.Column == reporter && column == false);
        bool reopens = lacks && Ledger.State(tile) == TileState.Done && !_sinceRound.Contains(tile);
        if (reopens)
        {
            Ledger.Reopen(tile);
        }

        return reopens;
    }

    // Blocks outside the strip take nothing and stored blocks are done: neither awaits anything.
    private bool? Has(int pass, int block, int partner) =>
        !plan.Takes(pass, block) || _finished.Contains(block) ? true
        : _reports.TryGetValue(block, out BlockReport? report) ? report.Has(pass, plan.Place(block, partner))
        : null;

    private bool IsCurrent(int pass, int block, long epoch)
    {
        if (!plan.Takes(pass, block) || _finished.Contains(block))
        {
            return true;
        }

        long known = _epochs.GetValueOrDefault(block);
        if (epoch > known)
        {
            _epochs[block] = epoch;
            _reports.Remove(block);
            _suspects.Add(block);
        }

        return epoch >= known;
    }
}
