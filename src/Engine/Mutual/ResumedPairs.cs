namespace MuSc.Engine.Mutual;

/// <summary>Image pairs of an earlier run that was cut off, and what becomes of them; all zero where there was none.</summary>
/// <param name="TakenOver">In the snapshot that this run goes on from.</param>
/// <param name="Snapshot">In the last snapshot that the earlier run took.</param>
/// <param name="Merged">Of tiles that it had finished.</param>
/// <param name="Begun">Of these and of the tiles that it had in hand.</param>
public sealed record ResumedPairs(long TakenOver, long Snapshot, long Merged, long Begun)
{
    /// <summary>Work that is done again: at most what came after the last snapshot, and the tiles in hand.</summary>
    public long Again => Math.Max(Begun - TakenOver, 0);
}
