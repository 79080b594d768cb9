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
}
