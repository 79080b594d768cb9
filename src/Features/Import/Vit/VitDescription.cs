using MuSc.Features.Import.Onnx;
using MuSc.Features.Import.Weights;

namespace MuSc.Features.Import.Vit;

/// <summary>A vision transformer, whatever names its tensors had: what stands between a family and the ONNX graph.</summary>
internal sealed record VitDescription
{
    /// <summary>Channels C.</summary>
    public required int Width { get; init; }

    /// <summary>Attention heads, a divisor of C.</summary>
    public required int Heads { get; init; }

    /// <summary>Side of a patch in pixels.</summary>
    public required int Patch { get; init; }

    /// <summary>Patches along one side at which it was trained, G₀.</summary>
    public required int Grid { get; init; }

    public required Activation Activation { get; init; }

    /// <summary>The patch embedding's kernel, [C × 3 × patch × patch].</summary>
    public required Weight PatchKernel { get; init; }

    /// <summary>[C], or none.</summary>
    public Weight? PatchBias { get; init; }

    /// <summary>The class position's embedding, [C].</summary>
    public required Weight ClassEmbedding { get; init; }

    /// <summary>[1 + G₀² × C], class position first.</summary>
    public required Weight Positions { get; init; }

    public required PositionResize PositionResize { get; init; }

    /// <summary>A norm before the blocks (CLIP).</summary>
    public Norm? PreNorm { get; init; }

    public required IReadOnlyList<VitBlock> Blocks { get; init; }

    public required Norm FinalNorm { get; init; }

    /// <summary>Whether stage tokens pass the final norm.</summary>
    public required bool StageNorm { get; init; }

    /// <summary>From the class position to the class token (CLIP), or none.</summary>
    public Linear? Projection { get; init; }

    /// <summary>Whether the class token is L2-normalised.</summary>
    public required bool NormaliseClassToken { get; init; }
}

/// <summary>One block: attention and MLP, each behind a norm and, in DINOv2, before a scale per channel.</summary>
/// <param name="AttentionNorm">Before the attention.</param>
/// <param name="QueryKeyValue">[C × 3C].</param>
/// <param name="AttentionOut">[C × C].</param>
/// <param name="AttentionScale">[C], or none.</param>
/// <param name="MlpNorm">Before the MLP.</param>
/// <param name="Up">[C × M].</param>
/// <param name="Down">[M × C].</param>
/// <param name="MlpScale">[C], or none.</param>
internal sealed record VitBlock(
    Norm AttentionNorm, Linear QueryKeyValue, Linear AttentionOut, Weight? AttentionScale, Norm MlpNorm, Linear Up, Linear Down, Weight? MlpScale);
