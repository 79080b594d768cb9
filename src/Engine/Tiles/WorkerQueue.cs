namespace MuSc.Engine.Tiles;

/// <summary>One worker's share of the passes that are in flight, laid out when first asked for.</summary>
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

    /// <summary>The share of one pass.</summary>
    public TileQueue Of(int pass, Func<IEnumerable<Tile>> share)
    {
        if (!_queues.TryGetValue(pass, out TileQueue? queue))
        {
            queue = new(share());
            _queues.Add(pass, queue);
        }

        return queue;
    }

    /// <summary>How many of a tile's blocks are held: 0, 1 or 2.</summary>
    public static int Held(Tile tile, IReadOnlySet<int> held) =>
        (held.Contains(tile.Row) ? 1 : 0) + (held.Contains(tile.Column) ? 1 : 0);
}

/// <summary>Tiles in order, taken by their worker from the front and by others from the back; some may be stale.</summary>
internal sealed class TileQueue(IEnumerable<Tile> tiles)
{
    private readonly List<Tile> _tiles = [.. tiles];
    private int _front;

    /// <summary>Tiles left, stale ones among them.</summary>
    public int Length => _tiles.Count - _front;

    /// <summary>The first that is still wanted.</summary>
    public Tile? TakeFirst(Func<Tile, bool> wanted)
    {
        while (_front < _tiles.Count)
        {
            Tile tile = _tiles[_front++];
            if (wanted(tile))
            {
                return tile;
            }
        }

        return null;
    }

    /// <summary>From the last few, the wanted tile with the most held blocks.</summary>
    public Tile? TakeBest(Func<Tile, bool> wanted, IReadOnlySet<int> held, int lookahead)
    {
        int best = -1;
        int most = -1;
        int seen = 0;
        for (int index = _tiles.Count - 1; index >= _front && seen < lookahead; index--)
        {
            if (!wanted(_tiles[index]))
            {
                _tiles.RemoveAt(index);
                best -= best > index ? 1 : 0;
                continue;
            }

            seen++;
            int known = WorkerQueue.Held(_tiles[index], held);
            if (known > most)
            {
                (best, most) = (index, known);
            }
        }

        if (best < 0)
        {
            return null;
        }

        Tile found = _tiles[best];
        _tiles.RemoveAt(best);
        return found;
    }
}
