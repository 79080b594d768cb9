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

/// <summary>
/// Tokens laid out in panels of W patches, [⌈P/W⌉ × C × W]. The last panel is filled up with copies of the last patch,
/// which change no maximum.
/// </summary>
internal static class Panels
{
    // Channels whose lanes are written together, so that the lines they share stay in the first-level cache.
    private const int Block = 16;

    /// <summary>Floats of an image's panels.</summary>
    public static int Length(int patches, int channels, int width) => checked(Count(patches, width) * width * channels);

    /// <summary>Panels of an image.</summary>
    public static int Count(int patches, int width) => (patches + width - 1) / width;

    /// <summary>Lays [P × C] row-major tokens out in panels.</summary>
    public static unsafe void Pack(ReadOnlySpan<float> tokens, int patches, int channels, int width, Span<float> packed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens.Length, patches * channels, nameof(tokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(packed.Length, Length(patches, channels, width), nameof(packed));
        fixed (float* from = tokens, to = packed)
        {
            for (int panel = 0; panel < Count(patches, width); panel++)
            {
                float* target = to + ((nint)panel * width * channels);
                for (int first = 0; first < channels; first += Block)
                {
                    int end = Math.Min(first + Block, channels);
                    for (int lane = 0; lane < width; lane++)
                    {
                        float* token = from + ((nint)Math.Min((panel * width) + lane, patches - 1) * channels);
                        for (int channel = first; channel < end; channel++)
                        {
                            target[(channel * width) + lane] = token[channel];
                        }
                    }
                }
            }
        }
    }
}

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
