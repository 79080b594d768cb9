using MuSc.Features.Backbones;
using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Onnx;

namespace MuSc.Features.Import.Networks;

/// <summary>A recognised network, ready to be built at any size that it allows.</summary>
internal interface INetwork
{
    /// <summary>Side of a patch of the first stage in pixels.</summary>
    int Patch { get; }

    /// <summary>The input size must be a multiple of this many pixels.</summary>
    int SizeStep { get; }

    /// <summary>Least input size in pixels.</summary>
    int LeastSize { get; }

    /// <summary>The input size at which it was trained, in pixels.</summary>
    int TrainedSize { get; }

    /// <summary>How many places there are to take a stage from: blocks of a ViT, stages of a Swin.</summary>
    int Depth { get; }

    /// <summary>The places that the paper's settings take.</summary>
    IReadOnlyList<int> DefaultStages { get; }

    /// <summary>The grids and channels of some stages.</summary>
    IReadOnlyList<StageShape> Shapes(int size, IReadOnlyList<int> stages);

    /// <summary>The graph for an input size and some stages.</summary>
    GraphBuilder Build(int size, IReadOnlyList<int> stages);
}

/// <summary>A vision transformer, whatever names its tensors had; stages after any of its blocks, all on one grid.</summary>
/// <param name="Width">Channels C.</param>
/// <param name="Patch">Side of a patch in pixels.</param>
/// <param name="Grid">Patches along one side at which it was trained, G₀.</param>
/// <param name="Choices">What its tensors do not show.</param>
/// <param name="PatchKernel">The patch embedding's kernel, [C × 3 × patch × patch].</param>
/// <param name="PatchBias">[C], or none.</param>
/// <param name="ClassEmbedding">The class position's embedding, [C].</param>
/// <param name="Positions">[1 + G₀² × C], class position first.</param>
/// <param name="PreNorm">A norm before the blocks (CLIP), or none.</param>
/// <param name="Blocks">The blocks in order.</param>
/// <param name="FinalNorm">The norm behind the blocks.</param>
/// <param name="Projection">From the class position to the class token (CLIP), which is then L2-normalised; or none.</param>
internal sealed record VitNetwork(
    int Width, int Patch, int Grid, VitChoices Choices, Weight PatchKernel, Weight? PatchBias, Weight ClassEmbedding, Weight Positions,
    Norm? PreNorm, IReadOnlyList<TransformerBlock> Blocks, Norm FinalNorm, Linear? Projection) : INetwork
{
    private const int Quarters = 4;

    public int SizeStep => Patch;

    public int LeastSize => Patch;

    public int TrainedSize => Grid * Patch;

    public int Depth => Blocks.Count;

    /// <summary>After each quarter of the depth (the paper: 6, 12, 18, 24 of 24).</summary>
    public IReadOnlyList<int> DefaultStages =>
        [.. Enumerable.Range(1, Quarters).Select(quarter => ((Depth * quarter) + Quarters - 1) / Quarters).Distinct()];

    public IReadOnlyList<StageShape> Shapes(int size, IReadOnlyList<int> stages) => [.. stages.Select(_ => new StageShape(size / Patch, Width))];

    public GraphBuilder Build(int size, IReadOnlyList<int> stages) => new VitGraph(this, size, stages).Build();
}

/// <summary>What a vision transformer's tensors do not show.</summary>
/// <param name="Heads">Attention heads, a divisor of the width.</param>
/// <param name="Activation">The MLP's function.</param>
/// <param name="PositionResize">How the position embedding is resized.</param>
/// <param name="StageNorm">Whether stage tokens pass the final norm.</param>
internal sealed record VitChoices(int Heads, Activation Activation, PositionResize PositionResize, bool StageNorm);

/// <summary>Builds the ONNX graph of a vision transformer at one input size.</summary>
internal sealed class VitGraph(VitNetwork vit, int size, IReadOnlyList<int> stages)
{
    private readonly GraphBuilder _graph = new();
    private readonly int _grid = size / vit.Patch;
    private readonly int[] _stages = [.. stages];

    public GraphBuilder Build()
    {
        string tokens = Embed();
        for (int block = 1; block <= vit.Blocks.Count; block++)
        {
            tokens = Block(tokens, vit.Blocks[block - 1], $"blocks.{block - 1}");
            int stage = Array.IndexOf(_stages, block);
            if (stage >= 0)
            {
                string normed = vit.Choices.StageNorm ? _graph.Norm(tokens, vit.FinalNorm, "norm") : tokens;
                string patches = _graph.Node("Slice", [normed, _graph.Integers(1), _graph.Integers(int.MaxValue), _graph.Integers(1)]);
                _graph.Output($"stage_{stage + 1}", patches, -1, _grid * _grid, vit.Width);
            }
        }

        ClassToken(tokens);
        return _graph;
    }

    /// <summary>[B × 3 × S × S] to [B × 1 + P × C].</summary>
    private string Embed()
    {
        string patches = _graph.Patches(size, vit.Patch, vit.PatchKernel, vit.PatchBias);

        // A row of zeros makes room for the class position; its embedding arrives with the positions.
        patches = _graph.Node("Pad", [patches, _graph.Integers(0, 1, 0, 0, 0, 0)]);
        string tokens = _graph.Add(patches, _graph.Constant("positions", Positions()));
        return vit.PreNorm is null ? tokens : _graph.Norm(tokens, vit.PreNorm, "pre_norm");
    }

    private ArrayWeight Positions()
    {
        float[] own = vit.Positions.ToArray();
        float[] patches = PositionEmbedding.Resize(own.AsSpan(vit.Width), vit.Grid, vit.Width, _grid, vit.Choices.PositionResize);
        float[] first = vit.ClassEmbedding.ToArray();
        return new ArrayWeight([.. first.Select((value, channel) => value + own[channel]), .. patches], 1, 1 + (_grid * _grid), vit.Width);
    }

    private string Block(string tokens, TransformerBlock block, string name)
    {
        string attended = _graph.Attention(_graph.Norm(tokens, block.AttentionNorm, $"{name}.norm1"), 2, vit.Choices.Heads, block, name, "query_scale");
        tokens = _graph.Add(tokens, Scaled(attended, block.AttentionScale, $"{name}.scale1"));
        string mlp = _graph.Mlp(_graph.Norm(tokens, block.MlpNorm, $"{name}.norm2"), block.Up, block.Down, vit.Choices.Activation, name);
        return _graph.Add(tokens, Scaled(mlp, block.MlpScale, $"{name}.scale2"));
    }

    private string Scaled(string value, Weight? scale, string name) =>
        scale is null ? value : _graph.Multiply(value, _graph.Constant(name, scale));

    private void ClassToken(string tokens)
    {
        string first = _graph.Node("Slice", [tokens, _graph.Integers(0), _graph.Integers(1), _graph.Integers(1)]);
        string token = _graph.Norm(_graph.Reshape(first, 0, vit.Width), vit.FinalNorm, "norm");
        token = vit.Projection is null ? token : _graph.Linear(token, vit.Projection, "projection");
        long channels = vit.Projection?.Matrix.RowLength ?? vit.Width;
        _graph.Output("class_token", vit.Projection is not null ? _graph.Normalise(token) : token, -1, channels);
    }
}

/// <summary>Brings a position embedding to another grid: bicubic, a = −0.75, align_corners = false, no antialias (docs/method.md, Backbone).</summary>
internal static class PositionEmbedding
{
    private const double A = -0.75;
    private const int Taps = 4;

    /// <summary>Resizes [G₀ · G₀ × C] to [G · G × C]; an equal grid gives the source unchanged, under either rule.</summary>
    public static float[] Resize(ReadOnlySpan<float> source, int grid, int channels, int newGrid, PositionResize rule)
    {
        if (newGrid == grid)
        {
            return source.ToArray();
        }

        double step = grid / (rule == PositionResize.Scale ? newGrid + 0.1 : newGrid);
        float[] rows = Resize(source, 1, grid, newGrid, grid * channels, step);
        return Resize(rows, newGrid, grid, newGrid, channels, step);
    }

    /// <summary>Resizes the middle axis of [outer × from × inner] to [outer × to × inner].</summary>
    private static float[] Resize(ReadOnlySpan<float> source, int outer, int from, int to, int inner, double step)
    {
        float[] resized = new float[outer * to * inner];
        Span<double> weights = stackalloc double[Taps];
        for (int target = 0; target < to; target++)
        {
            int first = Kernel(((target + 0.5) * step) - 0.5, weights);
            for (int tap = 0; tap < Taps; tap++)
            {
                int taken = Math.Clamp(first + tap, 0, from - 1);
                for (int line = 0; line < outer; line++)
                {
                    AddScaled(source.Slice(((line * from) + taken) * inner, inner), weights[tap], resized.AsSpan(((line * to) + target) * inner));
                }
            }
        }

        return resized;
    }

    /// <summary>The four weights around a position, and the index of the first.</summary>
    private static int Kernel(double position, Span<double> weights)
    {
        double floor = Math.Floor(position);
        for (int tap = 0; tap < Taps; tap++)
        {
            double distance = Math.Abs(position - (floor - 1 + tap));
            weights[tap] = distance <= 1
                ? ((((A + 2) * distance) - (A + 3)) * distance * distance) + 1
                : ((((A * distance) - (5 * A)) * distance) + (8 * A)) * distance - (4 * A);
        }

        return (int)floor - 1;
    }

    private static void AddScaled(ReadOnlySpan<float> source, double weight, Span<float> target)
    {
        for (int i = 0; i < source.Length; i++)
        {
            target[i] += (float)(weight * source[i]);
        }
    }
}
