namespace MuSc.Features.Import.Families;

/// <summary>The names that Hugging Face's ViT and DINOv2 share.</summary>
internal static class HuggingFaceNames
{
    /// <param name="prefix">What stands before every name: nothing, or the network's name in a classifier.</param>
    public static VitNames Vit(string prefix) => new()
    {
        ClassEmbedding = prefix + "embeddings.cls_token",
        Positions = prefix + "embeddings.position_embeddings",
        Patch = prefix + "embeddings.patch_embeddings.projection",
        Blocks = prefix + "encoder.layer.",
        AttentionNorm = "layernorm_before",
        QueryKeyValue = ["attention.attention.query", "attention.attention.key", "attention.attention.value"],
        AttentionOut = "attention.output.dense",
        MlpNorm = "layernorm_after",
        Up = "intermediate.dense",
        Down = "output.dense",
        FinalNorm = prefix + "layernorm",
    };
}
