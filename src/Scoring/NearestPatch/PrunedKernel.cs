using System.Buffers;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Exact pruning (docs/method.md, Exact pruning). With x = U·a + r, where a are the coefficients along a few directions U, rounded to whole
/// steps, x·y ≤ a·b + ‖r‖·‖r'‖ but for what the rounding may add: one dot product of 16-bit integers, in which the length of the rest, rounded
/// up, is one word more. What such bounds do not rule out is computed in the kernel's order. The results are those of
/// <see cref="SimdNearestPatchKernel"/> to the bit.
/// </summary>
/// <param name="basis">The map's directions; as many as are used, or more.</param>
/// <param name="directions">How many of them.</param>
internal sealed unsafe class PrunedKernel(TokenBasis basis, int directions) : INearestPatchKernel
{
    private readonly PrunedPacking _packing = new(basis, directions);
    private readonly SearchPause _pause = new();

    public int Channels => basis.Channels;

    /// <summary>Leading directions that bounds are made of.</summary>
    public int Directions => directions;

    /// <summary>By how much a dot product may exceed its bound before that is cut to 16 bits.</summary>
    public double Margin { get; } = BoundMargin.Of(basis.Channels, directions, basis.Defect);

    public int PackedLength(int patches) => new PrunedLayout(patches, Channels, directions).Length;

    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed) => _packing.Pack(tokens, patches, packed);

    public void MaxDots(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima)
    {
        if (_pause.ShouldSearch())
        {
            bool ended = Search(rows, rowPatches, columns, columnPatches, rowFloors, columnFloors, rowMaxima, columnMaxima) is not null;
            _pause.Note(!ended);
            if (ended)
            {
                return;
            }
        }

        ComputeAll(rows, rowPatches, columns, columnPatches, rowMaxima, columnMaxima);
    }

    /// <summary>As <see cref="MaxDots"/>, but that it gives up where so many pairs are left to look at that computing all is the better way.</summary>
    /// <returns>Pairs of patches that were computed in the kernel's order; null if it gave up, without the maxima.</returns>
    public long? Search(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima)
    {
        PrunedLayout rowLayout = new(rowPatches, Channels, directions), columnLayout = new(columnPatches, Channels, directions);
        int sides = SearchSide.BufferLength(rowPatches) + SearchSide.BufferLength(columnPatches);
        float[] buffer = ArrayPool<float>.Shared.Rent(sides + PrunedSearch.BufferLength(rowLayout, columnLayout));
        fixed (float* rowsAt = rows, columnsAt = columns, rowFloorsAt = rowFloors, columnFloorsAt = columnFloors, bufferAt = buffer)
        {
            SearchSide rowSide = new(rowsAt, rowPatches, rowLayout, rowFloorsAt, Margin, bufferAt);
            SearchSide columnSide = new(
                columnsAt, columnPatches, columnLayout, columnFloorsAt, Margin, bufferAt + SearchSide.BufferLength(rowPatches));
            PrunedSearch search = new(rowSide, columnSide, Channels, BoundPlan.LooksWorthwhile(Channels, rowPatches, columnPatches));
            bool ended = search.Run(bufferAt + sides);
            if (ended)
            {
                rowSide.CopyMaxima(rowMaxima);
                columnSide.CopyMaxima(columnMaxima);
            }

            ArrayPool<float>.Shared.Return(buffer);
            return ended ? search.Looks : null;
        }
    }

    /// <summary>The way out where pruning does not pay for a pair: all its dot products.</summary>
    public void ComputeAll(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        Span<float> rowMaxima, Span<float> columnMaxima)
    {
        SimdNearestPatchKernel kernel = new(Channels);
        float[] rowPanels = Pack(rows, rowPatches);
        float[] columnPanels = Pack(columns, columnPatches);
        kernel.MaxDots(rowPanels, rowPatches, columnPanels, columnPatches, [], [], rowMaxima, columnMaxima);
        ArrayPool<float>.Shared.Return(rowPanels);
        ArrayPool<float>.Shared.Return(columnPanels);

        float[] Pack(ReadOnlySpan<float> tokens, int patches)
        {
            float[] panels = ArrayPool<float>.Shared.Rent(kernel.PackedLength(patches));
            kernel.PackStrided(tokens, patches, new PrunedLayout(patches, Channels, directions).TokenStride, panels);
            return panels;
        }
    }
}

/// <summary>
/// How far computed numbers may lie from the true ones (docs/method.md, Exact pruning), with γ_n = n·u / (1 − n·u), u = 2⁻²⁴, for tokens of
/// unit or zero norm, with a little to spare for norms that rounding left above 1.
/// </summary>
internal static class BoundMargin
{
    private const double Unit = 1.0 / (1 << 24);
    private const double Spare = 1.001;

    /// <summary>
    /// Between a bound in words and a dot product as the kernel computes it: rounding a coefficient loses half a step at most, which counts
    /// for each of the two tokens beside a length of about 1; γ_C is the dot product's own.
    /// </summary>
    /// <param name="channels">C.</param>
    /// <param name="directions">Coefficients K.</param>
    /// <param name="defect">Of the basis.</param>
    public static double Of(int channels, int directions, double defect)
    {
        double rounding = 0.5 * Math.Sqrt(directions) / PrunedPacking.Steps;
        double dot = channels * Unit / (1 - (channels * Unit));
        return Spare * (dot + (2 * rounding * (1 + rounding)) + (4 * defect) + (4 * Unit));
    }
}
