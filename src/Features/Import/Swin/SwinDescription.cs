using MuSc.Features.Import.Onnx;
using MuSc.Features.Import.Weights;

namespace MuSc.Features.Import.Swin;

/// <summary>A Swin transformer: attention in windows, in stages of halving grids and growing widths.</summary>
/// <param name="Patch">Side of a patch of the first stage in pixels.</param>
/// <param name="Window">Side w of a window in patches.</param>
/// <param name="PatchEmbedding">The convolution's kernel, [C₁ × 3 × patch × patch].</param>
/// <param name="PatchBias">[C₁].</param>
/// <param name="PatchNorm">The norm behind the patch embedding, or none.</param>
/// <param name="Stages">The stages in order.</param>
internal sealed record SwinDescription(int Patch, int Window, Weight PatchEmbedding, Weight PatchBias, Norm? PatchNorm, IReadOnlyList<SwinStage> Stages);

/// <summary>One stage: blocks on one grid, and how the grid of the stage before is merged into it.</summary>
/// <param name="Width">Channels C.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="MergeNorm">Over the 4 · C′ channels of 2 × 2 patches of the stage before; none in the first stage.</param>
/// <param name="Merge">[4C′ × C]; none in the first stage.</param>
/// <param name="Blocks">Its blocks; every second one shifts the windows by half a window.</param>
internal sealed record SwinStage(int Width, int Heads, Norm? MergeNorm, Linear? Merge, IReadOnlyList<SwinBlock> Blocks);

/// <summary>One block.</summary>
/// <param name="AttentionNorm">Before the attention.</param>
/// <param name="QueryKeyValue">[C × 3C].</param>
/// <param name="AttentionOut">[C × C].</param>
/// <param name="PositionBias">[heads × w² × w²], added to the attention's logits.</param>
/// <param name="MlpNorm">Before the MLP.</param>
/// <param name="Up">[C × M].</param>
/// <param name="Down">[M × C].</param>
internal sealed record SwinBlock(Norm AttentionNorm, Linear QueryKeyValue, Linear AttentionOut, Weight PositionBias, Norm MlpNorm, Linear Up, Linear Down);
