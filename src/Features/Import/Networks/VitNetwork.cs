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
