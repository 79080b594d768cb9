namespace MuSc.Engine.Ledger;

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
