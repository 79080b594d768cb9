namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Dot products of two panels of patches. A panel is <see cref="Width"/> patches, laid out [C × Width], so that it
/// serves as rows (broadcast one by one) and as columns (one vector after the other).
/// Each dot product is one accumulator over channels 0 … C−1 with one fused multiply-add each.
/// </summary>
internal unsafe interface IDotTile
{
    /// <summary>Patches of a panel, also the row stride of the resulting tile.</summary>
    static abstract int Width { get; }

    /// <summary>Lanes of one vector; divides <see cref="Width"/>.</summary>
    static abstract int Lanes { get; }

    /// <summary>Rows computed together; divides <see cref="Width"/>.</summary>
    static abstract int Group { get; }

    /// <summary>Writes the dot products of the first patches of two panels.</summary>
    /// <param name="rows">Panel, [C × Width].</param>
    /// <param name="columns">Panel, [C × Width].</param>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="rowCount">Rows wanted, 1 … Width; computed up to a multiple of <see cref="Group"/>.</param>
    /// <param name="columnCount">Columns wanted, 1 … Width; computed up to a multiple of <see cref="Lanes"/>.</param>
    /// <param name="tile">[Width × Width].</param>
    static abstract void Multiply(float* rows, float* columns, int channels, int rowCount, int columnCount, float* tile);

    /// <summary>
    /// Which of the three vectors of <see cref="Group"/> rows of a tile hold a value that reaches its row's or its column's
    /// threshold: a bit each.
    /// </summary>
    /// <param name="tile">The first of the rows.</param>
    /// <param name="rowThresholds">[Group].</param>
    /// <param name="columnThresholds">[Width].</param>
    static abstract uint VectorsReaching(float* tile, float* rowThresholds, float* columnThresholds);

    /// <summary>
    /// Which values of a block of <see cref="Group"/> × <see cref="Lanes"/> reach their row's or their column's threshold:
    /// a bit each, row by row.
    /// </summary>
    /// <param name="block">The block's first value, in a tile.</param>
    /// <param name="rowThresholds">[Group].</param>
    /// <param name="columnThresholds">[Lanes].</param>
    static abstract UInt128 PairsReaching(float* block, float* rowThresholds, float* columnThresholds);

    /// <summary>The largest value of each column of a tile, and the row it lies in.</summary>
    /// <param name="tile">[Width × Width].</param>
    /// <param name="bounds">[Width].</param>
    /// <param name="rows">[Width].</param>
    static abstract void BestRows(float* tile, float* bounds, int* rows);
}
