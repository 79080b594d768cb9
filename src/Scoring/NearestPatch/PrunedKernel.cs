using System.Buffers;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Exact pruning (docs/method.md, Exact pruning). All bounds come first; then each patch's pair of the largest bound is computed in the
/// kernel's order, which rules out nearly all others; then what is left. The results are those of
/// <see cref="SimdNearestPatchKernel"/> to the bit.
/// </summary>
/// <param name="channels">Channels C of every token.</param>
/// <param name="screen">The map's bounds.</param>
internal sealed unsafe class PrunedKernel(int channels, IDotBounds screen) : INearestPatchKernel
{
    public int Channels => channels;

    /// <summary>What it rules pairs out by.</summary>
    public IDotBounds Bounds => screen;

    public int PackedLength(int patches) => checked(TokensLength(patches) + screen.PackedLength(patches));

    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed)
    {
        tokens[..(patches * channels)].CopyTo(packed);
        screen.Pack(tokens, patches, packed[TokensLength(patches)..]);
    }

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
        int height = Panels.Count(rowPatches, screen.Width) * screen.Width;
        int columnEnd = Panels.Count(columnPatches, screen.Width) * screen.Width;
        int stride = BoundMatrix.StrideOf(columnEnd);
        float[] buffer = ArrayPool<float>.Shared.Rent(SearchSide.BufferLength(height) + SearchSide.BufferLength(stride));
        short[] matrix = ArrayPool<short>.Shared.Rent(height * stride);
        fixed (float* rowsAt = rows, columnsAt = columns, rowFloorsAt = rowFloors, columnFloorsAt = columnFloors, bufferAt = buffer)
        fixed (short* matrixAt = matrix)
        {
            SearchSide rowSide = new(rowsAt, rowPatches, height, rowFloorsAt, bufferAt);
            SearchSide columnSide = new(columnsAt, columnPatches, stride, columnFloorsAt, bufferAt + SearchSide.BufferLength(height));
            BoundMatrix bounds = new(matrixAt, stride);
            bounds.Close(rowPatches, columnEnd);
            screen.Bound(
                bounds, rowsAt + TokensLength(rowPatches), rowPatches, columnsAt + TokensLength(columnPatches), columnPatches,
                rowSide.Best, columnSide.Best);
            SearchCounts counts = Compute(bounds, rowSide, columnSide);
            rowSide.CopyMaxima(rowMaxima);
            columnSide.CopyMaxima(columnMaxima);
            ArrayPool<short>.Shared.Return(matrix);
            ArrayPool<float>.Shared.Return(buffer);
            return counts;
        }
    }

    private SearchCounts Compute(BoundMatrix bounds, in SearchSide rows, in SearchSide columns)
    {
        BoundScan scan = new(bounds, rows, columns, channels, screen.Margin);
        rows.AimAtBest(screen.Margin);
        columns.AimAtBest(screen.Margin);
        long first = scan.ComputeBest();
        rows.AimAtBetter(screen.Margin);
        columns.AimAtBetter(screen.Margin);
        long most = ScreenPlan.LooksWorthwhile(channels, rows.Patches, columns.Patches);
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
        SimdNearestPatchKernel kernel = new(channels);
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
            kernel.Pack(new(side.Tokens, side.Patches * channels), side.Patches, panels);
            return panels;
        }
    }

    /// <summary>Floats of an image's tokens, with which what is packed begins.</summary>
    private int TokensLength(int patches) => checked(((patches * channels) + 15) & ~15);
}

/// <summary>Pairs of patches of two images that were computed in the kernel's order.</summary>
/// <param name="Best">As the largest bound of a patch.</param>
/// <param name="Rest">Because their bounds reached what was known then.</param>
internal readonly record struct SearchCounts(long Best, long Rest);
