namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Finds, for two images' map tokens, every patch's best match in the other image: the row maxima and the column maxima
/// of the matrix of dot products, from one pass and without keeping that matrix (docs/method.md, Mutual scoring).
/// An instance belongs to one map and one number of channels; it holds no state that a call changes, so that any number
/// of threads may use it.
/// </summary>
public interface INearestPatchKernel
{
    /// <summary>Channels C of every token.</summary>
    int Channels { get; }

    /// <summary>Floats that <see cref="Pack"/> writes for an image of <paramref name="patches"/> patches.</summary>
    int PackedLength(int patches);

    /// <summary>Lays an image's tokens out for this kernel; done once per image and map.</summary>
    /// <param name="tokens">[P × C] row-major, every row of unit or zero norm.</param>
    /// <param name="patches">P, at least 1.</param>
    /// <param name="packed">At least <see cref="PackedLength"/> floats.</param>
    void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed);

    /// <summary>
    /// Gives each patch its largest dot product with the other image's patches. Each dot product is one
    /// accumulator over channels 0 … C−1 with one fused multiply-add each, whatever the blocking.
    /// </summary>
    /// <param name="rows">The first image, packed by this kernel.</param>
    /// <param name="rowPatches">Its number of patches P.</param>
    /// <param name="columns">The second image, packed by this kernel.</param>
    /// <param name="columnPatches">Its number of patches Q.</param>
    /// <param name="rowFloors">
    /// [P], or empty for none. A row whose maximum does not exceed its floor may be answered with negative infinity
    /// instead: the caller has no use for it, and the kernel need not look for it.
    /// </param>
    /// <param name="columnFloors">[Q], or empty: the same for the columns.</param>
    /// <param name="rowMaxima">[P]; overwritten with the largest dot product of each row.</param>
    /// <param name="columnMaxima">[Q]; overwritten with the largest dot product of each column.</param>
    void MaxDots(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima);

    /// <summary>
    /// What <see cref="MaxDots"/> gives for each image of one block with each of the other: pair by pair, unless a kernel has a better way, as a device
    /// has that is far away or has many processors.
    /// </summary>
    /// <param name="rows">One block, n images.</param>
    /// <param name="columns">The other, m images, or the same.</param>
    /// <param name="patches">P of every image.</param>
    /// <param name="diagonal">
    /// Whether it is the same: then each pair comes once, <paramref name="rowMaxima"/> has both directions, and negative infinity where an
    /// image meets itself.
    /// </param>
    /// <param name="rowMaxima">[n × m × P]</param>
    /// <param name="columnMaxima">[m × n × P]; not used on the diagonal.</param>
    /// <param name="computed">Called with the pairs done, some at a time.</param>
    /// <param name="cancellationToken">Stops between some pairs and the next.</param>
    void MaxDotsOfTile(
        in TileSide rows, in TileSide columns, int patches, bool diagonal, Span<float> rowMaxima, Span<float> columnMaxima,
        Action<int>? computed, CancellationToken cancellationToken)
    {
        for (int row = 0; row < rows.Images; row++)
        {
            int first = diagonal ? row + 1 : 0;
            if (diagonal)
            {
                Cell(rowMaxima, row, row, rows.Images).Fill(float.NegativeInfinity);
            }

            for (int column = first; column < columns.Images; column++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                MaxDots(
                    rows.Packed(row), patches, columns.Packed(column), patches, rows.Floors(row), columns.Floors(column),
                    Cell(rowMaxima, row, column, columns.Images), Cell(diagonal ? rowMaxima : columnMaxima, column, row, rows.Images));
            }

            computed?.Invoke(columns.Images - first);
        }

        Span<float> Cell(Span<float> maxima, int image, int partner, int partners) => maxima.Slice(((image * partners) + partner) * patches, patches);
    }
}
