using System.Buffers;
using System.Runtime.CompilerServices;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// With x = U·a + r for a few directions U, x·y ≤ a·b + (a bound of r·r'): that is ‖r‖·‖r'‖, or, where 8-bit arithmetic is available, the
/// dot product of r and r' in bytes and what their rounding may add.
/// </summary>
/// <param name="basis">The map's directions; as many as the screen uses, or more.</param>
/// <param name="screen">The map's screen.</param>
internal sealed unsafe class DirectionBounds(TokenBasis basis, Screen screen) : IDotBounds
{
    private readonly DotTile _tile = DotTile.Of();

    public Screen Screen => screen;

    public double Margin { get; } = ScreenMargin.OfBound(basis.Channels, screen.Channels, basis.Defect);

    public int Width => _tile.Width;

    public int PackedLength(int patches) => Layout(patches).Length;

    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed)
    {
        int channels = basis.Channels;
        float[] coefficients = new float[screen.Directions];
        double[] rest = new double[basis.PaddedChannels];
        DirectionLayout layout = Layout(patches);
        for (int place = 0; place < layout.Panels * Width; place++)
        {
            basis.Split(tokens.Slice(Math.Min(place, patches - 1) * channels, channels), coefficients, rest);
            if (screen.Bytes)
            {
                PutBytes(packed, layout, place, coefficients, rest);
            }
            else
            {
                Put(packed, place, coefficients, [ScreenMargin.RoundUp(Math.Sqrt(DoubleVectors.Dot(rest, rest)))]);
            }
        }
    }

    [SkipLocalsInit]
    public void Bound(BoundMatrix bounds, float* rows, int rowPatches, float* columns, int columnPatches, short* rowBest, short* columnBest)
    {
        int width = Width;
        DirectionLayout rowLayout = Layout(rowPatches), columnLayout = Layout(columnPatches);
        float* space = stackalloc float[(width * (width + 16)) + 16];
        float* tile = (float*)(((nint)space + 63) & ~63);
        float* rowLanes = tile + (width * width);
        float[] columnBuffer = ArrayPool<float>.Shared.Rent(columnLayout.Panels * width);
        Array.Fill(columnBuffer, float.NegativeInfinity);
        fixed (float* columnLanes = columnBuffer)
        {
            for (int row = 0; row < rowPatches; row += width)
            {
                int rowCount = Math.Min(width, rowPatches - row);
                new Span<float>(rowLanes, width * 16).Fill(float.NegativeInfinity);
                for (int column = 0; column < columnLayout.Panels * width; column += width)
                {
                    _tile.Multiply(
                        rows + ((nint)row * screen.Channels), columns + columnLayout.AsColumns + ((nint)column * screen.Channels),
                        screen.Channels, rowCount, width, tile);
                    if (screen.Bytes)
                    {
                        int quads = (basis.Channels + 3) / 4;
                        ByteDots.Add(
                            (sbyte*)(rows + rowLayout.Bytes) + ((nint)row * quads * 4), (sbyte*)(columns + columnLayout.Bytes) + ((nint)column * quads * 4), quads,
                            (int*)(rows + rowLayout.Sums) + row, rows + rowLayout.Scales + row, columns + columnLayout.Scales + column, rowCount, tile);
                    }

                    bounds.Put(tile, width, row, rowCount, column, rowLanes, columnLanes + column);
                }

                for (int member = 0; member < rowCount; member++)
                {
                    float best = float.NegativeInfinity;
                    foreach (float bound in new ReadOnlySpan<float>(rowLanes + (16 * member), width == ByteDots.Width ? 16 : 4))
                    {
                        best = MathF.Max(best, bound);
                    }

                    rowBest[row + member] = BoundMatrix.Round(best);
                }
            }

            for (int column = 0; column < columnPatches; column++)
            {
                columnBest[column] = BoundMatrix.Round(columnLanes[column]);
            }
        }

        ArrayPool<float>.Shared.Return(columnBuffer);
    }

    private DirectionLayout Layout(int patches) => new(patches, basis.Channels, screen, Width);

    /// <summary>With r = q + e: r·r' ≤ q·q' + ‖q‖·‖e'‖ + ‖e‖·(‖q'‖ + ‖e'‖).</summary>
    private void PutBytes(Span<float> packed, in DirectionLayout layout, int place, ReadOnlySpan<float> coefficients, Span<double> rest)
    {
        int length = ByteDots.PanelLength(basis.Channels);
        Span<sbyte> panel = MemoryMarshal.Cast<float, sbyte>(packed[layout.Bytes..]).Slice(place / Width * length, length);
        ByteResidual residual = ByteResidual.Quantize(rest, basis.Channels, panel[(place % Width * 4)..], Width * 4);
        Put(packed, place, coefficients, [residual.Length, residual.Error]);
        Put(packed[layout.AsColumns..], place, coefficients, [residual.Error, MathF.BitIncrement(residual.Length + residual.Error)]);
        packed[layout.Scales + place] = residual.Scale;
        MemoryMarshal.Cast<float, int>(packed[layout.Sums..])[place] = residual.Sum;
    }

    /// <summary>One patch's lane of a panel.</summary>
    private void Put(Span<float> panels, int place, ReadOnlySpan<float> coefficients, ReadOnlySpan<float> lengths)
    {
        Span<float> lane = panels[((place / Width * Width * screen.Channels) + (place % Width))..];
        int at = 0;
        foreach (float coefficient in coefficients)
        {
            lane[at++ * Width] = coefficient;
        }

        foreach (float length in lengths)
        {
            lane[at++ * Width] = length;
        }
    }
}

/// <summary>Where the parts of a packed image lie, in floats. All start at multiples of 16 floats.</summary>
internal readonly struct DirectionLayout
{
    public DirectionLayout(int patches, int channels, Screen screen, int width)
    {
        Panels = NearestPatch.Panels.Count(patches, width);
        int panels = RoundUp(checked(Panels * width * screen.Channels));
        AsColumns = screen.Bytes ? panels : 0;
        Scales = AsColumns + panels;
        int perPatch = screen.Bytes ? RoundUp(Panels * width) : 0;
        Sums = Scales + perPatch;
        Bytes = Sums + perPatch;
        Length = checked(Bytes + (screen.Bytes ? Panels * ByteDots.PanelLength(channels) / sizeof(float) : 0));
    }

    /// <summary>Panels of the image.</summary>
    public int Panels { get; }

    /// <summary>
    /// [panels × channels of the screen × W]: coefficients, then lengths, for an image whose patches are columns. For rows they are at the
    /// start, which is the same place where both are alike.
    /// </summary>
    public int AsColumns { get; }

    /// <summary>[panels × W] what one step of a patch's bytes stands for.</summary>
    public int Scales { get; }

    /// <summary>[panels × W] int: the sum of a patch's bytes.</summary>
    public int Sums { get; }

    /// <summary>[panels × ⌈C/4⌉ × W × 4] bytes.</summary>
    public int Bytes { get; }

    /// <summary>Floats in all.</summary>
    public int Length { get; }

    private static int RoundUp(int floats) => (floats + 15) & ~15;
}

/// <summary>
/// How far computed numbers may lie from the true ones (docs/method.md, Exact pruning), with γ_n = n·u / (1 − n·u), u = 2⁻²⁴.
/// All are for tokens of unit or zero norm, with a little to spare for norms that rounding left above 1.
/// </summary>
internal static class ScreenMargin
{
    private const double Unit = 1.0 / (1 << 24);
    private const double Spare = 1.001;

    /// <summary>
    /// Between a bound as computed and a dot product as the kernel computes it: a dot product that lies above bound + margin
    /// does not exist. γ_C for the dot product, twice γ of its channels for the bound (whose parts in sum stay below 2), and for the rests' components inside the basis
    /// (the coefficients' rounding u·‖a‖ and the basis' own defect) once for each of the two tokens;
    /// some units more for rounding the scales of bytes and the thresholds.
    /// </summary>
    /// <param name="channels">C.</param>
    /// <param name="screenChannels">Float32 channels of the bound.</param>
    /// <param name="defect">Of the basis.</param>
    public static double OfBound(int channels, int screenChannels, double defect) =>
        Spare * (Gamma(channels) + (2 * Gamma(screenChannels + 1)) + (2 * (Unit + (2 * defect) + 1e-11)) + (16 * Unit));

    /// <summary>A length in float32, and a little more than float64's sums and the conversion may have lost.</summary>
    public static float RoundUp(double length) => MathF.BitIncrement((float)(length * (1 + 1e-9)));

    private static double Gamma(int n) => n * Unit / (1 - (n * Unit));
}
