using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Onnx;

namespace MuSc.Features.Import.Networks;

/// <summary>A Swin transformer: attention in windows, in stages of halving grids and growing widths; each gives up to one output.</summary>
/// <param name="Patch">Side of a patch of the first stage in pixels.</param>
/// <param name="Window">Side w of a window in patches.</param>
/// <param name="PatchEmbedding">The convolution's kernel, [C₁ × 3 × patch × patch].</param>
/// <param name="PatchBias">[C₁].</param>
/// <param name="PatchNorm">The norm behind the patch embedding, or none.</param>
/// <param name="Stages">The stages in order.</param>
internal sealed record SwinNetwork(
    int Patch, int Window, Weight PatchEmbedding, Weight PatchBias, Norm? PatchNorm, IReadOnlyList<SwinStage> Stages) : INetwork
{
    /// <summary>The patches of the last stage in pixels of the image.</summary>
    public int SizeStep => Patch << (Depth - 1);

    /// <summary>At which the last stage is one window; smaller grids would need another table of position biases.</summary>
    public int LeastSize => Window * SizeStep;

    /// <summary>The published networks were trained where their last stage is one window (224 for 7, 384 for 12).</summary>
    public int TrainedSize => LeastSize;

    public int Depth => Stages.Count;

    public IReadOnlyList<int> DefaultStages => [.. Enumerable.Range(1, Depth)];

    public IReadOnlyList<StageShape> Shapes(int size, IReadOnlyList<int> stages) =>
        [.. stages.Select(stage => new StageShape(size / (Patch << (stage - 1)), Stages[stage - 1].Width))];

    public GraphBuilder Build(int size, IReadOnlyList<int> stages) => new SwinGraph(this, size, stages).Build();
}

/// <summary>One stage: blocks on one grid, and how the grid of the stage before is merged into it.</summary>
/// <param name="Width">Channels C.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="MergeNorm">Over the 4 · C′ channels of 2 × 2 patches of the stage before; none in the first stage.</param>
/// <param name="Merge">[4C′ × C]; none in the first stage.</param>
/// <param name="Blocks">Its blocks; every second one shifts the windows by half a window.</param>
internal sealed record SwinStage(int Width, int Heads, Norm? MergeNorm, Linear? Merge, IReadOnlyList<TransformerBlock> Blocks);

/// <summary>
/// [heads × w² × w²] from a table [(2w − 1)² × heads]: the bias of patch p looking at patch q is the table's row for their
/// difference in rows and columns.
/// </summary>
internal sealed class RelativePositionBias(Weight table, int window)
    : Weight(table.RowLength, window * window, window * window)
{
    public override void ReadRows(long first, int count, Span<float> rows)
    {
        float[] values = table.ToArray();
        int heads = table.RowLength;
        int side = (2 * window) - 1;
        int area = window * window;
        for (int head = 0; head < count; head++)
        {
            for (int p = 0; p < area; p++)
            {
                for (int q = 0; q < area; q++)
                {
                    int down = (p / window) - (q / window) + window - 1;
                    int right = (p % window) - (q % window) + window - 1;
                    rows[(((head * area) + p) * area) + q] = values[(((down * side) + right) * heads) + (int)first + head];
                }
            }
        }
    }
}
