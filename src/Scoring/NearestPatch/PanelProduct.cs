using System.Runtime.CompilerServices;

namespace MuSc.Scoring.NearestPatch;

/// <summary>Dot products of token rows themselves, in the same arithmetic as the nearest-patch kernels.</summary>
internal abstract class PanelProduct
{
    /// <summary>Rows that <see cref="Rows"/> gives at a time.</summary>
    public abstract int Width { get; }

    /// <summary>For the widest vectors of this processor.</summary>
    public static PanelProduct Create(int channels) => VectorWidths.Widest switch
    {
        VectorWidth.Bits512 => new Tiled<DotTile512>(channels),
        VectorWidth.Bits256 => new Tiled<DotTile256>(channels),
        _ => new Tiled<DotTile128>(channels),
    };

    /// <summary>Floats that <see cref="Pack"/> writes.</summary>
    public abstract int PackedLength(int count);

    /// <summary>Lays [count × C] row-major tokens out.</summary>
    public abstract void Pack(ReadOnlySpan<float> tokens, int count, Span<float> packed);

    /// <summary>Gives the products of the row tokens first … first + Width − 1 with all column tokens.</summary>
    /// <param name="rows">Row tokens as <see cref="Pack"/> wrote them.</param>
    /// <param name="rowCount">How many.</param>
    /// <param name="columns">Column tokens as <see cref="Pack"/> wrote them.</param>
    /// <param name="columnCount">How many.</param>
    /// <param name="first">A multiple of <see cref="Width"/>.</param>
    /// <param name="products">[Width × columnCount] row-major; what lies beyond the last row token is left as it is.</param>
    public abstract void Rows(
        ReadOnlySpan<float> rows, int rowCount, ReadOnlySpan<float> columns, int columnCount, int first, Span<float> products);

    /// <summary>Gives all products, [rowCount × columnCount].</summary>
    public void All(
        ReadOnlySpan<float> rows, int rowCount, ReadOnlySpan<float> columns, int columnCount, Span<float> products)
    {
        for (int first = 0; first < rowCount; first += Width)
        {
            Rows(rows, rowCount, columns, columnCount, first, products[(first * columnCount)..]);
        }
    }

    private sealed unsafe class Tiled<TTile>(int channels) : PanelProduct
        where TTile : struct, IDotTile
    {
        public override int Width => TTile.Width;

        public override int PackedLength(int count) => Panels.Length(count, channels, TTile.Width);

        public override void Pack(ReadOnlySpan<float> tokens, int count, Span<float> packed) =>
            Panels.Pack(tokens, count, channels, TTile.Width, packed);

        [SkipLocalsInit]
        public override void Rows(
            ReadOnlySpan<float> rows, int rowCount, ReadOnlySpan<float> columns, int columnCount, int first, Span<float> products)
        {
            float* tile = stackalloc float[TTile.Width * TTile.Width];
            nint panelLength = (nint)TTile.Width * channels;
            int height = Math.Min(TTile.Width, rowCount - first);
            fixed (float* rowPanels = rows)
            fixed (float* columnPanels = columns)
            {
                float* rowPanel = rowPanels + (first / TTile.Width * panelLength);
                for (int column = 0; column < columnCount; column += TTile.Width)
                {
                    int width = Math.Min(TTile.Width, columnCount - column);
                    float* columnPanel = columnPanels + (column / TTile.Width * panelLength);
                    TTile.Multiply(rowPanel, columnPanel, channels, height, width, tile);
                    for (int row = 0; row < height; row++)
                    {
                        new ReadOnlySpan<float>(tile + (row * TTile.Width), width)
                            .CopyTo(products.Slice((row * columnCount) + column, width));
                    }
                }
            }
        }
    }
}
