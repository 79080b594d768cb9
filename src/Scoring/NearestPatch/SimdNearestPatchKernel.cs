namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// The plain kernel in managed SIMD: every dot product in the fixed order of <see cref="INearestPatchKernel.MaxDots"/>,
/// so that all vector widths, all blockings and a plain loop of fused multiply-adds agree to the bit.
/// </summary>
/// <param name="channels">Channels C of every token, at least 1.</param>
/// <param name="width">Vectors to compute with.</param>
public sealed class SimdNearestPatchKernel(int channels, VectorWidth width) : INearestPatchKernel
{
    private readonly INearestPatchKernel _panels = width switch
    {
        VectorWidth.Bits512 => new PanelKernel<DotTile512>(channels),
        VectorWidth.Bits256 => new PanelKernel<DotTile256>(channels),
        _ => new PanelKernel<DotTile128>(channels),
    };

    /// <summary>Computes with the widest vectors of this processor.</summary>
    /// <param name="channels">Channels C of every token, at least 1.</param>
    public SimdNearestPatchKernel(int channels)
        : this(channels, VectorWidths.Widest)
    {
    }

    /// <inheritdoc/>
    public int Channels => _panels.Channels;

    /// <inheritdoc/>
    public int PackedLength(int patches) => _panels.PackedLength(patches);

    /// <inheritdoc/>
    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed) => _panels.Pack(tokens, patches, packed);

    /// <inheritdoc/>
    public void MaxDots(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima) =>
        _panels.MaxDots(rows, rowPatches, columns, columnPatches, rowFloors, columnFloors, rowMaxima, columnMaxima);
}
