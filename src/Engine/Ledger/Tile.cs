namespace MuSc.Engine.Ledger;

/// <summary>
/// The unit of work: on one map (a stage and a degree) the minima of one block's patches against another block's images,
/// and the reverse.
/// </summary>
/// <param name="Map">Index of the map.</param>
/// <param name="Row">The block with the lower index.</param>
/// <param name="Column">The other block, or the same one.</param>
public readonly record struct Tile(int Map, int Row, int Column)
{
    /// <summary>A tile of two blocks in any order.</summary>
    public static Tile Of(int map, int one, int other) => new(map, Math.Min(one, other), Math.Max(one, other));

    /// <summary>The block that is not <paramref name="block"/>; the same one on the diagonal.</summary>
    public int Partner(int block) => block == Row ? Column : Row;
}
