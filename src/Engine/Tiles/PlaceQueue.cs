namespace MuSc.Engine.Tiles;

/// <summary>One place's share of the passes that are in flight, laid out when first asked for.</summary>
internal sealed class PlaceQueue(Placement placement, int index)
{
    private readonly Dictionary<int, TileQueue> _queues = [];

    /// <summary>The share of one pass.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="wanted">Which of its tiles are put in.</param>
    public TileQueue Of(int pass, Func<Tile, bool> wanted)
    {
        if (!_queues.TryGetValue(pass, out TileQueue? queue))
        {
            queue = new(placement.Share(pass, index).Where(wanted));
            _queues.Add(pass, queue);
        }

        return queue;
    }
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
        while (Length > 0 && !wanted(_tiles[^1]))
        {
            _tiles.RemoveAt(_tiles.Count - 1);
        }

        return TakeBest(_tiles, Enumerable.Range(_front, Length).Reverse().Where(place => wanted(_tiles[place])).Take(lookahead), held);
    }

    /// <summary>Takes the tile with the most held blocks, of several the first.</summary>
    /// <param name="tiles">From where it is taken.</param>
    /// <param name="places">Places in the list that may be chosen.</param>
    /// <param name="held">The blocks that are held.</param>
    public static Tile? TakeBest(List<Tile> tiles, IEnumerable<int> places, IReadOnlySet<int> held)
    {
        int best = places.DefaultIfEmpty(-1).MaxBy(place => place < 0 ? 0 : Held(tiles[place].Row) + Held(tiles[place].Column));
        if (best < 0)
        {
            return null;
        }

        Tile found = tiles[best];
        tiles.RemoveAt(best);
        return found;

        int Held(int block) => held.Contains(block) ? 1 : 0;
    }
}
