using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Mutual;

/// <summary>One thread's tool: works out a tile's pairs into buffers of its own, then merges them into the strip.</summary>
internal sealed class TileScorer : IDisposable
{
    private readonly int _patches;

    // [rows × columns × P] and [columns × rows × P], at most block × block × P each.
    private readonly NativeFloats _rowDots;
    private readonly NativeFloats _columnDots;

    // What nobody asks for need not exceed infinity: the kernel may leave it out.
    private readonly float[] _unwanted;

    /// <param name="patches">P.</param>
    /// <param name="block">Images of the longest block.</param>
    public TileScorer(int patches, int block)
    {
        _patches = patches;
        _rowDots = new((long)block * block * patches);
        _columnDots = new((long)block * block * patches);
        _unwanted = new float[patches];
        Array.Fill(_unwanted, float.PositiveInfinity);
    }

    /// <summary>Bytes that one such tool takes.</summary>
    public static long Bytes(int patches, int block) => 2L * block * block * patches * sizeof(float);

    /// <summary>Works out all pairs of a tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="kernel">The kernel of the map.</param>
    /// <param name="panels">Packed tokens.</param>
    /// <param name="slots">The slots of the tile's first row and of its first column.</param>
    /// <param name="values">The strip, for what its images know already.</param>
    /// <param name="strip">The strip's images.</param>
    /// <param name="pairs">Called with the pairs done, a few at a time.</param>
    /// <param name="cancellationToken">Stops between pairs.</param>
    public void Compute(
        in Tile tile, INearestPatchKernel kernel, MapPanels panels, (int Row, int Column) slots, StripValues values, ImageRange strip,
        Action<int> pairs, CancellationToken cancellationToken)
    {
        int rows = tile.Rows.Count;
        int columns = tile.Columns.Count;
        for (int row = 0; row < rows; row++)
        {
            int first = tile.IsDiagonal ? row + 1 : 0;
            ReadOnlySpan<float> rowFloors = values.Floors(tile.Rows.First + row - strip.First);
            for (int column = first; column < columns; column++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                kernel.MaxDots(
                    panels[slots.Row + row], _patches, panels[slots.Column + column], _patches,
                    rowFloors, tile.BothWays ? values.Floors(tile.Columns.First + column - strip.First) : _unwanted,
                    _rowDots.Slice((((long)row * columns) + column) * _patches, _patches),
                    _columnDots.Slice((((long)column * rows) + row) * _patches, _patches));
            }

            pairs(columns - first);
        }
    }

    /// <summary>Hands the tile's values over.</summary>
    /// <param name="tile">The tile just computed.</param>
    /// <param name="values">The strip.</param>
    /// <param name="strip">The strip's images.</param>
    public void Merge(in Tile tile, StripValues values, ImageRange strip)
    {
        int rows = tile.Rows.Count;
        int columns = tile.Columns.Count;
        for (int row = 0; row < rows; row++)
        {
            values.Add(tile.Rows.First + row - strip.First, Of(_rowDots, row, columns)[((tile.IsDiagonal ? row + 1 : 0) * _patches)..]);
        }

        for (int column = 0; tile.BothWays && column < columns; column++)
        {
            values.Add(tile.Columns.First + column - strip.First, Of(_columnDots, column, rows)[..((tile.IsDiagonal ? column : rows) * _patches)]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rowDots.Dispose();
        _columnDots.Dispose();
    }

    private Span<float> Of(NativeFloats dots, int image, int partners)
        => dots.Slice((long)image * partners * _patches, partners * _patches);
}
