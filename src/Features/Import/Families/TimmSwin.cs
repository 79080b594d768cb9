using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Networks;
using MuSc.Features.Import.Onnx;

namespace MuSc.Features.Import.Families;

/// <summary>
/// Swin under timm's names (the paper's Tab. 8). The merging between two stages is named with the later stage; timm before 0.9
/// named it with the earlier one.
/// </summary>
internal static class TimmSwin
{
    private const float Epsilon = 1e-5f;
    private const string Table = "attn.relative_position_bias_table";
    private const int WidestWindow = 64;

    /// <summary>The final norm serves the classifier only. Tables and masks of indices are computed from the sizes.</summary>
    public static Family Family { get; } = new(
        "Swin (timm)", ["norm.", "head."], (checkpoint, _) => checkpoint.Has($"layers.0.blocks.0.{Table}"), Read);

    private static (INetwork, Preprocessing) Read(Checkpoint checkpoint, ImportSettings settings)
    {
        settings.RefuseVitOptions();
        long[] kernel = checkpoint.Shape("patch_embed.proj.weight", 4);
        long tableRows = checkpoint.Shape($"layers.0.blocks.0.{Table}", 2)[0];
        int window = ((int)Math.Sqrt(tableRows) + 1) / 2;
        if (((2L * window) - 1) * ((2L * window) - 1) != tableRows || window > WidestWindow || kernel[0] > 1 << 14 || kernel[3] > 1 << 8)
        {
            throw new ImportException($"{checkpoint.Path}: its position biases have {tableRows} rows, its patch embedding {kernel[0]} channels of {kernel[3]} pixels; no Swin is like that.");
        }

        int width = (int)kernel[0];
        int patch = (int)kernel[3];
        SwinNetwork swin = new(
            patch,
            window,
            checkpoint.Take("patch_embed.proj.weight", width, 3, patch, patch),
            checkpoint.Take("patch_embed.proj.bias", width),
            checkpoint.Has("patch_embed.norm.weight") ? Norm.Take(checkpoint, "patch_embed.norm", width, Epsilon) : null,
            Stages(checkpoint, width, window));
        return (swin, settings.Preprocessing(Preprocessing.Dino, fixedResize: true));
    }

    private static List<SwinStage> Stages(Checkpoint checkpoint, int width, int window)
    {
        int earlier = checkpoint.Has("layers.0.downsample.reduction.weight") ? 1 : 0;
        List<SwinStage> stages = [];
        for (int number = 0; checkpoint.Has($"layers.{number}.blocks.0.{Table}"); number++)
        {
            Norm? mergeNorm = null;
            Linear? merge = null;
            if (number > 0)
            {
                string downsample = $"layers.{number - earlier}.downsample";
                mergeNorm = Norm.Take(checkpoint, $"{downsample}.norm", 4 * width, Epsilon);
                merge = new Linear(new TransposedWeight(checkpoint.Take($"{downsample}.reduction.weight", 2 * width, 4 * width)), null);
                width *= 2;
            }

            int heads = (int)Math.Min(checkpoint.Shape($"layers.{number}.blocks.0.{Table}", 2)[1], width);
            if (width % heads != 0)
            {
                throw new ImportException($"{checkpoint.Path}: stage {number + 1} has {heads} attention heads, which do not divide its width {width}.");
            }

            int depth = checkpoint.Count($"layers.{number}.blocks.", $".{Table}");
            stages.Add(new SwinStage(
                width, heads, mergeNorm, merge, [.. Enumerable.Range(0, depth).Select(block => Block(checkpoint, $"layers.{number}.blocks.{block}", width, heads, window))]));
        }

        return stages;
    }

    private static TransformerBlock Block(Checkpoint checkpoint, string name, int width, int heads, int window)
    {
        int side = (2 * window) - 1;
        checkpoint.Ignore($"{name}.attn.relative_position_index");
        checkpoint.Ignore($"{name}.attn_mask");
        return VitNames.Timm.Block(checkpoint, $"{name}.", width, Epsilon) with
        {
            PositionBias = new RelativePositionBias(checkpoint.Take($"{name}.{Table}", side * side, heads), window),
        };
    }
}
