using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// The plain kernel in managed SIMD: every dot product in the fixed order of <see cref="INearestPatchKernel.MaxDots"/>,
/// so that all vector widths, all blockings and a plain loop of fused multiply-adds agree to the bit.
/// </summary>
/// <param name="channels">Channels C of every token, at least 1.</param>
/// <param name="width">Vectors to compute with. The default is the widest of this processor.</param>
public sealed unsafe class SimdNearestPatchKernel(int channels, VectorWidth? width = null) : INearestPatchKernel
{
    // Row panels that meet a column panel while all of them stay in the second-level cache.
    private const int BlockBytes = 1 << 20;
    private readonly DotTile _tile = DotTile.Of(width);

    public int Channels => channels;

    /// <summary>Patches of a panel, and rows that <see cref="Rows"/> gives at a time.</summary>
    internal int Width => _tile.Width;

    public int PackedLength(int patches) => Panels.Length(patches, channels, Width);

    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed) => PackStrided(tokens, patches, channels, packed);

    /// <summary>As <see cref="Pack"/>, with tokens so many floats apart.</summary>
    internal void PackStrided(ReadOnlySpan<float> tokens, int patches, int stride, Span<float> packed) =>
        Panels.Pack(tokens, patches, channels, stride, Width, packed);

    [SkipLocalsInit]
    public void MaxDots(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima)
    {
        int width = Width;
        rowMaxima.Fill(float.NegativeInfinity);
        columnMaxima.Fill(float.NegativeInfinity);
        float* tile = stackalloc float[(width * width) + 16];
        tile = (float*)(((nint)tile + 63) & ~63);
        nint panelLength = (nint)width * channels;
        fixed (float* rowPanels = rows)
        fixed (float* columnPanels = columns)
        {
            int block = width * (int)Math.Max(1, BlockBytes / (panelLength * sizeof(float)));
            for (int first = 0; first < rowPatches; first += block)
            {
                int end = Math.Min(first + block, rowPatches);
                for (int column = 0; column < columnPatches; column += width)
                {
                    int columnCount = Math.Min(width, columnPatches - column);
                    float* columnPanel = columnPanels + (column / width * panelLength);
                    for (int row = first; row < end; row += width)
                    {
                        int rowCount = Math.Min(width, rowPatches - row);
                        float* rowPanel = rowPanels + (row / width * panelLength);
                        _tile.Multiply(rowPanel, columnPanel, channels, rowCount, columnCount, tile);
                        TileMaxima.Fold(
                            tile, width, rowMaxima.Slice(row, rowCount), columnMaxima.Slice(column, columnCount));
                    }
                }
            }
        }
    }

    /// <summary>Gives the products of the row tokens first … first + Width − 1 with all column tokens.</summary>
    /// <param name="rows">Row tokens as <see cref="Pack"/> wrote them.</param>
    /// <param name="rowCount">How many.</param>
    /// <param name="columns">Column tokens as <see cref="Pack"/> wrote them.</param>
    /// <param name="columnCount">How many.</param>
    /// <param name="first">A multiple of <see cref="Width"/>.</param>
    /// <param name="products">[Width × columnCount] row-major; what lies beyond the last row token is left as it is.</param>
    [SkipLocalsInit]
    internal void Rows(
        ReadOnlySpan<float> rows, int rowCount, ReadOnlySpan<float> columns, int columnCount, int first, Span<float> products)
    {
        int width = Width;
        float* tile = stackalloc float[width * width];
        nint panelLength = (nint)width * channels;
        int height = Math.Min(width, rowCount - first);
        fixed (float* rowPanels = rows)
        fixed (float* columnPanels = columns)
        {
            float* rowPanel = rowPanels + (first / width * panelLength);
            for (int column = 0; column < columnCount; column += width)
            {
                int count = Math.Min(width, columnCount - column);
                float* columnPanel = columnPanels + (column / width * panelLength);
                _tile.Multiply(rowPanel, columnPanel, channels, height, count, tile);
                for (int row = 0; row < height; row++)
                {
                    new ReadOnlySpan<float>(tile + (row * width), count)
                        .CopyTo(products.Slice((row * columnCount) + column, count));
                }
            }
        }
    }

    /// <summary>Gives all products, [rowCount × columnCount].</summary>
    internal void All(ReadOnlySpan<float> rows, int rowCount, ReadOnlySpan<float> columns, int columnCount, Span<float> products)
    {
        for (int first = 0; first < rowCount; first += Width)
        {
            Rows(rows, rowCount, columns, columnCount, first, products[(first * columnCount)..]);
        }
    }
}

/// <summary>Folds a tile of dot products into the maxima of its rows and of its columns.</summary>
internal static unsafe class TileMaxima
{
    /// <param name="tile">[rows × stride]; columns beyond those wanted, up to a multiple of 4, hold copies of wanted ones.</param>
    /// <param name="stride">Floats from row to row, a multiple of 4.</param>
    /// <param name="rowMaxima">Raised to each row's maximum.</param>
    /// <param name="columnMaxima">Raised to each column's maximum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(float* tile, int stride, Span<float> rowMaxima, Span<float> columnMaxima)
    {
        int whole = columnMaxima.Length & ~15;
        fixed (float* columns = columnMaxima)
        {
            for (int row = 0; row < rowMaxima.Length; row++)
            {
                float* values = tile + (row * stride);
                Vector512<float> best = Vector512.Create(float.NegativeInfinity);
                for (int column = 0; column < whole; column += 16)
                {
                    Vector512<float> dots = Vector512.Load(values + column);
                    best = Vector512.MaxNative(best, dots);
                    Vector512.MaxNative(Vector512.Load(columns + column), dots).Store(columns + column);
                }

                float maximum = Reduce(best);
                for (int column = whole; column < columnMaxima.Length; column++)
                {
                    maximum = Math.Max(maximum, values[column]);
                    columns[column] = Math.Max(columns[column], values[column]);
                }

                rowMaxima[row] = Math.Max(rowMaxima[row], maximum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Reduce(Vector512<float> lanes)
    {
        Vector256<float> eight = Vector256.MaxNative(lanes.GetLower(), lanes.GetUpper());
        Vector128<float> four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        Vector128<float> two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(two[0], two[1]);
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

    /// <summary>Lays tokens out in panels.</summary>
    /// <param name="tokens">P of them, each [C].</param>
    /// <param name="patches">P.</param>
    /// <param name="channels">C.</param>
    /// <param name="stride">From a token to the next.</param>
    /// <param name="width">Patches of a panel.</param>
    /// <param name="packed">[<see cref="Length"/>].</param>
    public static unsafe void Pack(ReadOnlySpan<float> tokens, int patches, int channels, int stride, int width, Span<float> packed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens.Length, ((patches - 1) * stride) + channels, nameof(tokens));
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
                        float* token = from + ((nint)Math.Min((panel * width) + lane, patches - 1) * stride);
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
