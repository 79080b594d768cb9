namespace MuSc.Features.Import.Families;

/// <summary>The names that timm and Facebook's DINO and DINOv2 share.</summary>
internal static class TimmNames
{
    public static VitNames Plain { get; } = new()
    {
        ClassEmbedding = "cls_token",
        Positions = "pos_embed",
        Patch = "patch_embed.proj",
        Blocks = "blocks.",
        AttentionNorm = "norm1",
        QueryKeyValue = ["attn.qkv"],
        AttentionOut = "attn.proj",
        MlpNorm = "norm2",
        Up = "mlp.fc1",
        Down = "mlp.fc2",
        FinalNorm = "norm",
    };

    /// <summary>Whether a checkpoint is a vision transformer under these names.</summary>
    public static bool Matches(Checkpoints.Checkpoint checkpoint) =>
        checkpoint.Has("patch_embed.proj.weight") && checkpoint.Has("blocks.0.attn.qkv.weight") && checkpoint.Has("pos_embed");
}
