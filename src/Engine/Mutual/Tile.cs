namespace MuSc.Engine.Mutual;

/// <summary>The unit of work: all pairs of two blocks on one map.</summary>
/// <param name="Number">Its number within its strip.</param>
/// <param name="Rows">A block of the strip.</param>
/// <param name="Columns">The same block, a later one of the strip, or one from outside it.</param>
/// <param name="BothWays">Whether the columns' images belong to the strip, so that they take their values too.</param>
internal readonly record struct Tile(int Number, ImageRange Rows, ImageRange Columns, bool BothWays)
{
    /// <summary>Whether the block meets itself: then each pair comes once.</summary>
    public bool IsDiagonal => Rows == Columns;

    public long Pairs => IsDiagonal ? (long)Rows.Count * (Rows.Count - 1) / 2 : (long)Rows.Count * Columns.Count;
}
