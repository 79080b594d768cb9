using MuSc.Engine.Tiles;

namespace MuSc.Grains.Workers;

/// <summary>The floors that owners have sent to a silo, as kernels take them. Thread-safe.</summary>
/// <param name="asked">Called with whether there were floors that were asked for; from any thread.</param>
public sealed class FloorCache(Action<bool>? asked = null)
{
    // Passes are worked through in order, a few at a time; a floor that is dropped too early only costs bytes.
    private const int PassesKept = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Job, int Generation, int Pass, int Block), (int Scorers, float[] Values)> _floors = [];

    /// <summary>A block's floors in a pass, [n × P], and of how many scorers they know; 0 and nothing where there are none.</summary>
    public (int Scorers, float[] Values) Get(string job, int generation, int pass, int block)
    {
        bool found;
        (int, float[]) known;
        lock (_lock)
        {
            found = _floors.TryGetValue((job, generation, pass, block), out known);
        }

        asked?.Invoke(found);
        return found ? known : (0, []);
    }

    /// <summary>Keeps what an owner sent, unless more is known already.</summary>
    public void Add(string job, int generation, int pass, int block, BlockFloors floors)
    {
        lock (_lock)
        {
            (string, int, int, int) key = (job, generation, pass, block);
            if (!_floors.TryGetValue(key, out (int Scorers, float[]) known))
            {
                Remove(other => other.Job == job && other.Block == block && other.Pass <= pass - PassesKept);
            }

            if (known.Scorers < floors.Scorers)
            {
                _floors[key] = (floors.Scorers, floors.ToSingle());
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

    private void Remove(Func<(string Job, int Generation, int Pass, int Block), bool> unwanted)
    {
        foreach ((string, int, int, int) key in _floors.Keys.Where(unwanted).ToList())
        {
            _floors.Remove(key);
        }
    }
}
