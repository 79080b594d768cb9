namespace MuSc.Grains.Jobs;

/// <summary>
/// How often a piece of a job's work has failed in a row. Any silo may have a bad moment; what fails everywhere is the job's own fault.
/// </summary>
public sealed class Attempts<T>(TimeProvider time) where T : notnull
{
    /// <summary>So many failures of the same piece are enough.</summary>
    public const int Most = 3;

    // Failures so far apart have nothing to do with each other.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly Dictionary<T, (int Count, DateTimeOffset Last)> _failures = [];

    /// <summary>A piece has failed.</summary>
    /// <returns>Whether that is enough.</returns>
    public bool Fail(T piece)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool again = _failures.TryGetValue(piece, out (int Count, DateTimeOffset Last) known) && now - known.Last < Memory;
        _failures[piece] = (again ? known.Count + 1 : 1, now);
        return _failures[piece].Count >= Most;
    }

    /// <summary>A piece is done.</summary>
    public void Done(T piece) => _failures.Remove(piece);
}
