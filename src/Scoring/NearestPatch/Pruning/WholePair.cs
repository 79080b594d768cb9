using System.Buffers;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>The way out where pruning does not pay for a pair: all its dot products, as exact maxima by place.</summary>
internal readonly unsafe struct WholePair<TTile>(int channels)
    where TTile : struct, IDotTile
{
    public void Compute(in SearchSide rows, in SearchSide columns)
    {
        PanelKernel<TTile> kernel = new(channels);
        float[] rowPanels = Pack(kernel, rows);
        float[] columnPanels = Pack(kernel, columns);
        kernel.MaxDots(
            rowPanels, rows.Patches, columnPanels, columns.Patches, [], [],
            new(rows.Exact, rows.Patches), new(columns.Exact, columns.Patches));
        ArrayPool<float>.Shared.Return(rowPanels);
        ArrayPool<float>.Shared.Return(columnPanels);
    }

    private float[] Pack(PanelKernel<TTile> kernel, in SearchSide side)
    {
        float[] panels = ArrayPool<float>.Shared.Rent(kernel.PackedLength(side.Patches));
        kernel.Pack(new(side.Tokens, side.Patches * channels), side.Patches, panels);
        return panels;
    }
}
