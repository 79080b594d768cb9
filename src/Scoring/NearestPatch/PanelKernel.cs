using System.Runtime.CompilerServices;

namespace MuSc.Scoring.NearestPatch;

/// <summary>The plain kernel for one vector width: every dot product is computed, panel by panel.</summary>
internal sealed unsafe class PanelKernel<TTile>(int channels) : INearestPatchKernel
    where TTile : struct, IDotTile
{
    // Row panels that meet a column panel while all of them stay in the second-level cache.
    private const int BlockBytes = 1 << 20;

    public int Channels => channels;

    public int PackedLength(int patches) => Panels.Length(patches, channels, TTile.Width);

    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed) =>
        Panels.Pack(tokens, patches, channels, TTile.Width, packed);

    [SkipLocalsInit]
    public void MaxDots(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima)
    {
        rowMaxima.Fill(float.NegativeInfinity);
        columnMaxima.Fill(float.NegativeInfinity);
        float* tile = stackalloc float[(TTile.Width * TTile.Width) + 16];
        tile = (float*)(((nint)tile + 63) & ~63);
        nint panelLength = (nint)TTile.Width * channels;
        fixed (float* rowPanels = rows)
        fixed (float* columnPanels = columns)
        {
            int block = TTile.Width * (int)Math.Max(1, BlockBytes / (panelLength * sizeof(float)));
            for (int first = 0; first < rowPatches; first += block)
            {
                int end = Math.Min(first + block, rowPatches);
                for (int column = 0; column < columnPatches; column += TTile.Width)
                {
                    int columnCount = Math.Min(TTile.Width, columnPatches - column);
                    float* columnPanel = columnPanels + (column / TTile.Width * panelLength);
                    for (int row = first; row < end; row += TTile.Width)
                    {
                        int rowCount = Math.Min(TTile.Width, rowPatches - row);
                        float* rowPanel = rowPanels + (row / TTile.Width * panelLength);
                        TTile.Multiply(rowPanel, columnPanel, channels, rowCount, columnCount, tile);
                        TileMaxima.Fold(
                            tile, TTile.Width, rowMaxima.Slice(row, rowCount), columnMaxima.Slice(column, columnCount));
                    }
                }
            }
        }
    }
}
