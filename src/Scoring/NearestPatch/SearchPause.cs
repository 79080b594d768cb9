namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Whether a pair is worth a search, by how the last ones ended: after some in a row that were given up, more and more pairs are computed
/// whole before another is tried. Any number of threads; what they lose to each other is a try earlier or later.
/// </summary>
internal sealed class SearchPause
{
    /// <summary>Searches given up in a row before the first pause: single images may be unlike the others.</summary>
    public const int Patience = 4;

    /// <summary>Pairs of the longest pause: enough for lost tries to cost little, and floors may make searching worth while later.</summary>
    public const int Longest = 1 << Doublings;

    private const int Doublings = 6;

    private int _failures;
    private int _left;

    /// <summary>Whether to search the next pair.</summary>
    public bool ShouldSearch() => Volatile.Read(ref _left) <= 0 || Interlocked.Decrement(ref _left) < 0;

    /// <summary>Takes note of how a search ended.</summary>
    public void Note(bool givenUp)
    {
        int failures = givenUp ? Math.Min(Volatile.Read(ref _failures) + 1, Patience + Doublings) : 0;
        Volatile.Write(ref _failures, failures);
        Volatile.Write(ref _left, failures < Patience ? 0 : 1 << (failures - Patience));
    }
}
