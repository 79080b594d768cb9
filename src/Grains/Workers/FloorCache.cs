using MuSc.Engine.Ledger;

namespace MuSc.Grains.Workers;

/// <summary>The floors that owners have told a silo. Thread-safe.</summary>
public sealed class FloorCache
{
    // Maps are worked through in order, a few at a time; a floor that is dropped too early only costs bytes.
    private const int MapsKept = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Job, int Generation, int Map, int Block), BlockFloors> _floors = [];

    /// <summary>A block's floors on a map; null where none were told.</summary>
    public BlockFloors? Get(string job, int generation, int map, int block)
    {
        lock (_lock)
        {
            return _floors.GetValueOrDefault((job, generation, map, block));
        }
    }

    /// <summary>Keeps what an owner told, unless more is known already.</summary>
    public void Add(string job, int generation, int map, int block, BlockFloors floors)
    {
        lock (_lock)
        {
            (string, int, int, int) key = (job, generation, map, block);
            if (!_floors.TryGetValue(key, out BlockFloors? known))
            {
                Remove(other => other.Job == job && other.Block == block && other.Map <= map - MapsKept);
            }

            if (known is null || known.Scorers < floors.Scorers)
            {
                _floors[key] = floors;
            }
        }
    }

    /// <summary>Forgets a job.</summary>
    public void Forget(string job)
    {
        lock (_lock)
        {
            Remove(key => key.Job == job);
        }
    }

    private void Remove(Func<(string Job, int Generation, int Map, int Block), bool> unwanted)
    {
        foreach ((string, int, int, int) key in _floors.Keys.Where(unwanted).ToList())
        {
            _floors.Remove(key);
        }
    }
}
