namespace MuSc.Engine.Ledger;

/// <summary>What a block's owner says it has.</summary>
/// <param name="Block">The block.</param>
/// <param name="Epoch">The owner's epoch; a later activation has a higher one.</param>
/// <param name="Received">For each map that is begun and not finished, the partners received, by block index.</param>
/// <param name="Finished">Maps of which nothing is missing.</param>
public sealed record BlockReport(
    int Block, long Epoch, IReadOnlyDictionary<int, bool[]> Received, IReadOnlySet<int> Finished)
{
    /// <summary>Whether the minima against <paramref name="partner"/> have arrived.</summary>
    public bool Has(int map, int partner) =>
        Finished.Contains(map) || (Received.TryGetValue(map, out bool[]? bits) && bits[partner]);
}
