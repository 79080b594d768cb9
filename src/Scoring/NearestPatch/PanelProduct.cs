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

    /// <summary>Gives the products of the tokens first … first + Width − 1 with all tokens.</summary>
    /// <param name="packed">As <see cref="Pack"/> wrote it.</param>
    /// <param name="count">Tokens.</param>
    /// <param name="first">A multiple of <see cref="Width"/>.</param>
    /// <param name="rows">[Width × count] row-major; rows beyond the last token are left as they are.</param>
    public abstract void Rows(ReadOnlySpan<float> packed, int count, int first, Span<float> rows);

    private sealed unsafe class Tiled<TTile>(int channels) : PanelProduct
        where TTile : struct, IDotTile
    {
        public override int Width => TTile.Width;

        public override int PackedLength(int count) => Panels.Length(count, channels, TTile.Width);

        public override void Pack(ReadOnlySpan<float> tokens, int count, Span<float> packed) =>
            Panels.Pack(tokens, count, channels, TTile.Width, packed);

        [SkipLocalsInit]
        public override void Rows(ReadOnlySpan<float> packed, int count, int first, Span<float> rows)
        {
            float* tile = stackalloc float[TTile.Width * TTile.Width];
            nint panelLength = (nint)TTile.Width * channels;
            int rowCount = Math.Min(TTile.Width, count - first);
            fixed (float* panels = packed)
            {
                for (int column = 0; column < count; column += TTile.Width)
                {
                    int columnCount = Math.Min(TTile.Width, count - column);
                    float* rowPanel = panels + (first / TTile.Width * panelLength);
                    float* columnPanel = panels + (column / TTile.Width * panelLength);
                    TTile.Multiply(rowPanel, columnPanel, channels, rowCount, columnCount, tile);
                    for (int row = 0; row < rowCount; row++)
                    {
                        new ReadOnlySpan<float>(tile + (row * TTile.Width), columnCount)
                            .CopyTo(rows.Slice((row * count) + column, columnCount));
                    }
                }
            }
        }
    }
}
