using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Networks;
using MuSc.Features.Import.Onnx;

namespace MuSc.Features.Import.Families;

/// <summary>Reads a vision transformer's tensors under one naming. Sizes come from the patch embedding and the position embedding.</summary>
internal sealed class VitReader(Checkpoint checkpoint, VitNames names, float epsilon)
{
    // Beyond these no vision transformer is known; a checkpoint that asks for more is damaged.
    private const int WidestWidth = 1 << 14;
    private const int WidestPatch = 1 << 8;

    /// <summary>Channels C.</summary>
    public int Width { get; } = Size(checkpoint, names.Patch + ".weight", 0, WidestWidth);

    /// <summary>Takes all tensors.</summary>
    /// <param name="choices">What tensors do not show.</param>
    /// <param name="projection">From the class position to the class token, or none.</param>
    public VitNetwork Read(VitChoices choices, Linear? projection)
    {
        int patch = Size(checkpoint, names.Patch + ".weight", 3, WidestPatch);
        long rows = checkpoint.Length(names.Positions) / Width;
        int grid = (int)Math.Sqrt(rows - 1);
        if (((long)grid * grid) + 1 != rows || grid == 0)
        {
            throw new ImportException(
                $"{checkpoint.Path}: '{names.Positions}' has {rows} rows; a class position and a square grid of patches are expected (1 + G²).");
        }

        int depth = checkpoint.Count(names.Blocks, $".{names.AttentionNorm}.weight");
        return new VitNetwork(
            Width,
            patch,
            grid,
            choices,
            checkpoint.Take(names.Patch + ".weight", Width, 3, patch, patch),
            checkpoint.TakeIfAny(names.Patch + ".bias", Width),
            checkpoint.Take(names.ClassEmbedding, Width),
            checkpoint.Take(names.Positions, rows, Width),
            names.PreNorm is null ? null : Norm.Take(checkpoint, names.PreNorm, Width, epsilon),
            [.. Enumerable.Range(0, depth).Select(block => names.Block(checkpoint, $"{names.Blocks}{block}.", Width, epsilon))],
            Norm.Take(checkpoint, names.FinalNorm, Width, epsilon),
            projection);
    }

    private static int Size(Checkpoint checkpoint, string name, int axis, int widest)
    {
        long size = checkpoint.Shape(name, 4)[axis];
        return size <= widest ? (int)size : throw new ImportException($"{checkpoint.Path}: '{name}' has a size of {size}; at most {widest} is expected.");
    }
}

/// <summary>How one naming calls the tensors of a vision transformer. Names of norms and products are without <c>.weight</c> and <c>.bias</c>.</summary>
/// <param name="ClassEmbedding">The class position's embedding.</param>
/// <param name="Positions">The position embedding.</param>
/// <param name="Patch">The patch embedding's convolution.</param>
/// <param name="Blocks">What stands before a block's number, with the dot; the names up to <paramref name="Down"/> are within a block.</param>
/// <param name="AttentionNorm">The norm before the attention.</param>
/// <param name="QueryKeyValue">Query, key and value: one name, or three.</param>
/// <param name="AttentionOut">The attention's output.</param>
/// <param name="MlpNorm">The norm before the MLP.</param>
/// <param name="Up">The MLP's first layer.</param>
/// <param name="Down">The MLP's second layer.</param>
/// <param name="FinalNorm">The norm behind the blocks.</param>
/// <param name="PreNorm">The norm before the blocks, or none.</param>
/// <param name="AttentionScale">The layer scale behind the attention, a whole name within a block, or none.</param>
/// <param name="MlpScale">The layer scale behind the MLP, a whole name within a block, or none.</param>
/// <param name="UnderscoredInput">Whether the one weight and bias of query, key and value are named <c>in_proj_weight</c>, not <c>x.weight</c>.</param>
internal sealed record VitNames(
    string ClassEmbedding, string Positions, string Patch, string Blocks, string AttentionNorm, string[] QueryKeyValue, string AttentionOut,
    string MlpNorm, string Up, string Down, string FinalNorm, string? PreNorm = null, string? AttentionScale = null, string? MlpScale = null,
    bool UnderscoredInput = false)
{
    // Beyond this no transformer is known; a checkpoint that asks for more is damaged.
    private const int WidestHidden = 1 << 18;

    /// <summary>The names that timm and Facebook's DINO and DINOv2 share.</summary>
    public static VitNames Timm { get; } = new(
        ClassEmbedding: "cls_token", Positions: "pos_embed", Patch: "patch_embed.proj", Blocks: "blocks.", AttentionNorm: "norm1",
        QueryKeyValue: ["attn.qkv"], AttentionOut: "attn.proj", MlpNorm: "norm2", Up: "mlp.fc1", Down: "mlp.fc2",
        FinalNorm: "norm");

    /// <summary>Whether a checkpoint is a vision transformer under these names.</summary>
    public static bool IsTimm(Checkpoint checkpoint) =>
        checkpoint.Has("patch_embed.proj.weight") && checkpoint.Has("blocks.0.attn.qkv.weight") && checkpoint.Has("pos_embed");

    /// <summary>Takes the tensors of one block of C channels, whose names follow a prefix that ends with a dot.</summary>
    public TransformerBlock Block(Checkpoint checkpoint, string prefix, int width, float epsilon)
    {
        string up = prefix + Up;
        int hidden = checkpoint.Has(up + ".weight") ? (int)Math.Min(checkpoint.Shape(up + ".weight", 2)[0], WidestHidden) : 4 * width;
        return new TransformerBlock(
            Norm.Take(checkpoint, prefix + AttentionNorm, width, epsilon),
            TakeQueryKeyValue(checkpoint, prefix, width),
            Linear.Take(checkpoint, prefix + AttentionOut, width, width),
            AttentionScale: AttentionScale is null ? null : checkpoint.Take(prefix + AttentionScale, width),
            MlpNorm: Norm.Take(checkpoint, prefix + MlpNorm, width, epsilon),
            Up: Linear.Take(checkpoint, up, width, hidden),
            Down: Linear.Take(checkpoint, prefix + Down, hidden, width),
            MlpScale: MlpScale is null ? null : checkpoint.Take(prefix + MlpScale, width));
    }

    private Linear TakeQueryKeyValue(Checkpoint checkpoint, string prefix, int width)
    {
        char join = UnderscoredInput ? '_' : '.';
        int rows = QueryKeyValue.Length == 1 ? 3 * width : width;
        Weight[] matrices = [.. QueryKeyValue.Select(name => checkpoint.Take($"{prefix}{name}{join}weight", rows, width))];
        Weight[] biases = [.. QueryKeyValue.Select(name => checkpoint.Take($"{prefix}{name}{join}bias", rows))];
        return new Linear(new TransposedWeight(new ConcatenatedWeight(matrices)), new ConcatenatedWeight(biases));
    }
}
