using System.Buffers;
using System.Runtime.CompilerServices;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Exact pruning (docs/method.md, Exact pruning). With x = U·a + r for a few directions U, x·y ≤ a·b + (a bound of r·r'): that is
/// ‖r‖·‖r'‖, or, where 8-bit arithmetic is available, the dot product of r and r' in bytes and what their rounding may add. All
/// bounds come first; then each patch's pair of the largest bound is computed in the kernel's order, which rules out nearly all
/// others; then what is left. The results are those of <see cref="SimdNearestPatchKernel"/> to the bit.
/// </summary>
/// <param name="basis">The map's directions; as many as the screen uses, or more.</param>
/// <param name="screen">The map's screen.</param>
internal sealed unsafe class PrunedKernel(TokenBasis basis, Screen screen) : INearestPatchKernel
{
    private readonly DotTile _tile = DotTile.Of();

    /// <summary>By how much a dot product may exceed its bound, as both are computed.</summary>
    public double Margin { get; } = ScreenMargin.OfBound(basis.Channels, screen.Channels, basis.Defect);

    public int Channels => basis.Channels;

    /// <summary>What its bounds are made of.</summary>
    public Screen Screen => screen;

    public int PackedLength(int patches) => new PrunedLayout(patches, Channels, screen, _tile.Width).Length;

    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed) =>
        new PrunedPacking(basis, screen, _tile.Width, patches, packed).Pack(tokens);

    public void MaxDots(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima) =>
        Search(rows, rowPatches, columns, columnPatches, rowFloors, columnFloors, rowMaxima, columnMaxima);

    /// <summary>As <see cref="MaxDots"/>, and counts the pairs that were computed.</summary>
    public SearchCounts Search(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima)
    {
        int width = _tile.Width;
        PrunedLayout rowLayout = new(rowPatches, Channels, screen, width);
        PrunedLayout columnLayout = new(columnPatches, Channels, screen, width);
        int height = rowLayout.Panels * width;
        int stride = BoundMatrix.StrideOf(columnLayout.Panels * width);
        float[] buffer = ArrayPool<float>.Shared.Rent(SearchSide.BufferLength(height) + SearchSide.BufferLength(stride));
        short[] matrix = ArrayPool<short>.Shared.Rent(height * stride);
        fixed (float* rowsAt = rows, columnsAt = columns, rowFloorsAt = rowFloors, columnFloorsAt = columnFloors, bufferAt = buffer)
        fixed (short* matrixAt = matrix)
        {
            SearchSide rowSide = new(rowsAt, rowPatches, rowLayout, height, rowFloorsAt, bufferAt);
            SearchSide columnSide = new(
                columnsAt, columnPatches, columnLayout, stride, columnFloorsAt, bufferAt + SearchSide.BufferLength(height));
            BoundMatrix bounds = new(matrixAt, stride);
            Bound(bounds, rowSide, columnSide, columnLayout.Panels * width);
            SearchCounts counts = Compute(bounds, rowSide, columnSide);
            rowSide.CopyMaxima(rowMaxima);
            columnSide.CopyMaxima(columnMaxima);
            ArrayPool<short>.Shared.Return(matrix);
            ArrayPool<float>.Shared.Return(buffer);
            return counts;
        }
    }

    /// <summary>All bounds, and the largest of each patch.</summary>
    [SkipLocalsInit]
    private void Bound(BoundMatrix bounds, in SearchSide rows, in SearchSide columns, int columnEnd)
    {
        int width = _tile.Width;
        float* space = stackalloc float[(width * (width + 16)) + 16];
        float* tile = (float*)(((nint)space + 63) & ~63);
        float* rowBest = tile + (width * width);
        bounds.Close(rows.Patches, columnEnd);
        for (int row = 0; row < rows.Patches; row += width)
        {
            new Span<float>(rowBest, width * 16).Fill(float.NegativeInfinity);
            for (int column = 0; column < columnEnd; column += width)
            {
                int rowCount = Math.Min(width, rows.Patches - row);
                _tile.Multiply(
                    rows.AsRows + ((nint)row * screen.Channels), columns.AsColumns + ((nint)column * screen.Channels),
                    screen.Channels, rowCount, width, tile);
                if (screen.Bytes)
                {
                    int quads = (Channels + 3) / 4;
                    ByteDots.Add(
                        rows.Bytes + ((nint)row * quads * 4), columns.Bytes + ((nint)column * quads * 4), quads,
                        rows.Sums + row, rows.Scales + row, columns.Scales + column, rowCount, tile);
                }

                bounds.Put(tile, width, row, rowCount, column, rowBest, columns.Best + column);
            }

            for (int member = 0; member < width; member++)
            {
                float best = float.NegativeInfinity;
                foreach (float bound in new ReadOnlySpan<float>(rowBest + (16 * member), width == ByteDots.Width ? 16 : 4))
                {
                    best = MathF.Max(best, bound);
                }

                rows.Best[row + member] = best;
            }
        }
    }

    private SearchCounts Compute(BoundMatrix bounds, in SearchSide rows, in SearchSide columns)
    {
        BoundScan scan = new(bounds, rows, columns, Channels, Margin);
        rows.AimAtBest(Margin);
        columns.AimAtBest(Margin);
        long first = scan.ComputeBest();
        rows.AimAtBetter(Margin);
        columns.AimAtBetter(Margin);
        long most = ScreenPlan.LooksWorthwhile(Channels, rows.Patches, columns.Patches);
        long rest = scan.ComputeRest(most);
        if (rest > most)
        {
            ComputeAll(rows, columns);
        }

        return new(first, rest);
    }

    /// <summary>The way out where pruning does not pay for a pair: all its dot products, as exact maxima by place.</summary>
    private void ComputeAll(in SearchSide rows, in SearchSide columns)
    {
        SimdNearestPatchKernel kernel = new(Channels);
        float[] rowPanels = Pack(rows);
        float[] columnPanels = Pack(columns);
        kernel.MaxDots(
            rowPanels, rows.Patches, columnPanels, columns.Patches, [], [],
            new(rows.Exact, rows.Patches), new(columns.Exact, columns.Patches));
        ArrayPool<float>.Shared.Return(rowPanels);
        ArrayPool<float>.Shared.Return(columnPanels);

        float[] Pack(in SearchSide side)
        {
            float[] panels = ArrayPool<float>.Shared.Rent(kernel.PackedLength(side.Patches));
            kernel.Pack(new(side.Tokens, side.Patches * Channels), side.Patches, panels);
            return panels;
        }
    }
}

/// <summary>Pairs of patches of two images that were computed in the kernel's order.</summary>
/// <param name="Best">As the largest bound of a patch.</param>
/// <param name="Rest">Because their bounds reached what was known then.</param>
internal readonly record struct SearchCounts(long Best, long Rest);

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
