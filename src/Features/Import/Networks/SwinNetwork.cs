using MuSc.Features.Backbones;
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

/// <summary>Builds the ONNX graph of a Swin transformer at one input size. A stage is the output of its last block, before any merging.</summary>
internal sealed class SwinGraph(SwinNetwork swin, int size, IReadOnlyList<int> stages)
{
    private readonly GraphBuilder _graph = new();

    public GraphBuilder Build()
    {
        int grid = size / swin.Patch;
        string tokens = _graph.Patches(size, swin.Patch, swin.PatchEmbedding, swin.PatchBias);
        tokens = swin.PatchNorm is null ? tokens : _graph.Norm(tokens, swin.PatchNorm, "patch.norm");
        for (int number = 0; number < stages[^1]; number++)
        {
            SwinStage stage = swin.Stages[number];
            if (stage.Merge is not null)
            {
                tokens = Merge(tokens, grid, stage, $"stages.{number}");
                grid /= 2;
            }

            // The windows of even and of odd blocks. One window over the whole grid is never shifted.
            int area = swin.Window * swin.Window;
            WindowPartition straight = new(grid, swin.Window, 0);
            WindowPartition shifted = new(grid, swin.Window, grid > swin.Window ? swin.Window / 2 : 0);
            string? mask = shifted.IsShifted
                ? _graph.Constant($"stages.{number}.mask", new ArrayWeight(shifted.Mask(), 1, shifted.Windows, 1, area, area))
                : null;
            for (int block = 0; block < stage.Blocks.Count; block++)
            {
                (WindowPartition windows, string? apart) = block % 2 == 0 ? (straight, null) : (shifted, mask);
                tokens = Block(tokens, stage, stage.Blocks[block], windows, apart, $"stages.{number}.blocks.{block}");
            }

            int output = Array.IndexOf([.. stages], number + 1);
            if (output >= 0)
            {
                _graph.Output($"stage_{output + 1}", tokens, -1, grid * grid, stage.Width);
            }
        }

        return _graph;
    }

    /// <summary>2 × 2 patches become one: their channels stand together in the order (0,0), (1,0), (0,1), (1,1) of (row, column).</summary>
    private string Merge(string tokens, int grid, SwinStage stage, string name)
    {
        int channels = (int)stage.MergeNorm!.Scale.Length / 4;
        string pairs = _graph.Reshape(tokens, -1, grid / 2, 2, grid / 2, 2, channels);
        string merged = _graph.Reshape(_graph.Transpose(pairs, 0, 1, 3, 4, 2, 5), -1, grid * grid / 4, 4 * channels);
        return _graph.Linear(_graph.Norm(merged, stage.MergeNorm, $"{name}.merge_norm"), stage.Merge!, $"{name}.merge");
    }

    private string Block(string tokens, SwinStage stage, TransformerBlock block, WindowPartition partition, string? mask, string name)
    {
        string windows = Enter(_graph.Norm(tokens, block.AttentionNorm, $"{name}.norm1"), partition, stage.Width);
        string attended = _graph.Attention(windows, 3, stage.Heads, block, name, $"query_scale.{stage.Width / stage.Heads}", mask);
        string flat = _graph.Reshape(attended, 0, partition.Windows * swin.Window * swin.Window, stage.Width);
        tokens = _graph.Add(tokens, Gather(flat, partition.PlaceOfPatch()));
        return _graph.Add(tokens, _graph.Mlp(_graph.Norm(tokens, block.MlpNorm, $"{name}.norm2"), block.Up, block.Down, Activation.Gelu, name));
    }

    /// <summary>[B × G² × C] to [B × windows × w² × C].</summary>
    private string Enter(string tokens, WindowPartition partition, int channels)
    {
        // The row of zeros behind the patches is what an empty place takes.
        string padded = partition.IsPadded ? _graph.Node("Pad", [tokens, _graph.Integers(0, 0, 0, 0, 1, 0)]) : tokens;
        return _graph.Reshape(Gather(padded, partition.PatchOfPlace()), 0, partition.Windows, swin.Window * swin.Window, channels);
    }

    private string Gather(string tokens, long[] index) =>
        _graph.Node("Gather", [tokens, _graph.Integers(index)], GraphBuilder.Attribute("axis", 1));
}

/// <summary>
/// How the patches of a grid fall into windows: the grid is shifted cyclically by s, then padded with zeros on the right and at
/// the bottom to whole windows, as timm does.
/// </summary>
/// <param name="grid">Patches along one side, G.</param>
/// <param name="window">Patches along one side of a window, w ≤ G.</param>
/// <param name="shift">s, 0 or half a window.</param>
internal sealed class WindowPartition(int grid, int window, int shift)
{
    private readonly int _perSide = (grid + window - 1) / window;

    public int Windows => _perSide * _perSide;

    /// <summary>Places in all windows, w² each.</summary>
    private int Places => Windows * window * window;

    /// <summary>Whether windows hold patches that are no neighbours, so that a mask is needed.</summary>
    public bool IsShifted => shift > 0;

    /// <summary>Whether places stay empty.</summary>
    public bool IsPadded => _perSide * window > grid;

    /// <summary>For each place, window by window, the patch there; G² where there is none.</summary>
    public long[] PatchOfPlace() =>
    [
        .. from position in Enumerable.Range(0, Places).Select(Position)
           let inside = position.Row < grid && position.Column < grid
           select inside ? ((position.Row + shift) % grid * grid) + ((position.Column + shift) % grid) : grid * grid,
    ];

    /// <summary>For each patch its place.</summary>
    public long[] PlaceOfPatch()
    {
        long[] places = new long[(grid * grid) + 1];
        foreach ((int place, long patch) in PatchOfPlace().Index())
        {
            places[patch] = place;
        }

        return places[..^1];
    }

    /// <summary>[windows × w² × w²]: 0 where two places of a window hold neighbours, −100 where the shift brought them together.</summary>
    public float[] Mask()
    {
        int area = window * window;
        int[] regions = [.. Enumerable.Range(0, Places).Select(Region)];
        return [.. regions.Chunk(area).SelectMany(places => places.SelectMany(one => places.Select(other => one == other ? 0f : -100f)))];
    }

    private (int Row, int Column) Position(int place)
    {
        (int number, int within) = Math.DivRem(place, window * window);
        return ((number / _perSide * window) + (within / window), (number % _perSide * window) + (within % window));
    }

    // Of the padded extent: before the last window, the last window but the shift, and what the shift brought round.
    private int Region(int place)
    {
        (int row, int column) = Position(place);
        return (Band(row) * 3) + Band(column);

        int Band(int position) => position < (_perSide * window) - window ? 0 : position < (_perSide * window) - shift ? 1 : 2;
    }
}
