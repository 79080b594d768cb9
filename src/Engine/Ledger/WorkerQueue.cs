namespace MuSc.Engine.Ledger;

/// <summary>One worker's share of the maps that are in flight, laid out when first asked for.</summary>
internal sealed class WorkerQueue
{
    private readonly Dictionary<int, TileQueue> _queues = [];

    /// <summary>The worker's place among all, 0 … n−1.</summary>
    public int Index { get; private set; }

    /// <summary>Forgets the share, since there are other workers now.</summary>
    public void Reset(int index)
    {
        Index = index;
        _queues.Clear();
    }

    /// <summary>The share of one map.</summary>
    public TileQueue Of(int map, Func<IEnumerable<Tile>> share)
    {
        if (!_queues.TryGetValue(map, out TileQueue? queue))
        {
            queue = new(share());
            _queues.Add(map, queue);
        }

        return queue;
    }

    /// <summary>How many of a tile's blocks are held: 0, 1 or 2.</summary>
    public static int Held(Tile tile, IReadOnlySet<int> held) =>
        (held.Contains(tile.Row) ? 1 : 0) + (held.Contains(tile.Column) ? 1 : 0);
}
