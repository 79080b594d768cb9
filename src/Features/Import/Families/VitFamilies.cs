using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Networks;

namespace MuSc.Features.Import.Families;

/// <summary>DINO, DINOv2 (without registers) and plain vision transformers: stages and class token pass the final norm.</summary>
internal static class VitFamilies
{
    private const float Epsilon = 1e-6f;

    /// <summary>DINO under Facebook's and timm's names. timm's config names the weights; without one, or with another kind, a missing head is the sign.</summary>
    public static Family Dino { get; } = new(
        "DINO (Facebook, timm)",
        [],
        (checkpoint, config) => VitNames.IsTimm(checkpoint) && !checkpoint.Has("head.weight")
            && (config.Text("tag")?.Contains("dino", StringComparison.Ordinal) ?? true),
        (checkpoint, settings) => Read(checkpoint, VitNames.Timm, settings, Preprocessing.Dino));

    /// <summary>DINOv2 under Facebook's and timm's names.</summary>
    public static Family DinoV2 { get; } = new(
        "DINOv2 (Facebook, timm)",
        ["mask_token", "head."],
        (checkpoint, _) => VitNames.IsTimm(checkpoint) && checkpoint.Has("blocks.0.ls1.gamma"),
        (checkpoint, settings) => Read(
            checkpoint, VitNames.Timm with { AttentionScale = "ls1.gamma", MlpScale = "ls2.gamma" }, settings, Preprocessing.Dino));

    /// <summary>A timm ViT trained as a classifier (docs/method.md, Variants). How it wants its pixels differs between such networks.</summary>
    public static Family Plain { get; } = new(
        "ViT (timm)", ["head."], (checkpoint, _) => VitNames.IsTimm(checkpoint), (checkpoint, settings) => Read(checkpoint, VitNames.Timm, settings, null));

    /// <summary>DINOv2 under Hugging Face's names.</summary>
    public static Family HuggingFaceDinoV2 { get; } = new(
        "DINOv2 (Hugging Face)",
        ["embeddings.mask_token", "dinov2.embeddings.mask_token", "classifier."],
        (checkpoint, _) => checkpoint.Has(Prefix(checkpoint, "dinov2.") + "encoder.layer.0.layer_scale1.lambda1"),
        (checkpoint, settings) => Read(
            checkpoint,
            HuggingFaceNames(Prefix(checkpoint, "dinov2.")) with
            {
                AttentionNorm = "norm1",
                MlpNorm = "norm2",
                Up = "mlp.fc1",
                Down = "mlp.fc2",
                AttentionScale = "layer_scale1.lambda1",
                MlpScale = "layer_scale2.lambda1",
            },
            settings,
            Preprocessing.Dino));

    /// <summary>DINO, or a plain ViT, under Hugging Face's names. DINO's have neither pooler nor classifier.</summary>
    public static Family HuggingFace { get; } = new(
        "DINO or ViT (Hugging Face)",
        ["pooler.", "vit.pooler.", "classifier."],
        (checkpoint, _) => checkpoint.Has(Prefix(checkpoint, "vit.") + "encoder.layer.0.layernorm_before.weight"),
        (checkpoint, settings) =>
        {
            string prefix = Prefix(checkpoint, "vit.");
            bool dino = !checkpoint.Has(prefix + "pooler.dense.weight") && !checkpoint.Has("classifier.weight");
            return Read(checkpoint, HuggingFaceNames(prefix), settings, dino ? Preprocessing.Dino : null);
        });

    /// <summary>The family's resizing, where it has preprocessing of its own, counts whatever a config says.</summary>
    private static (INetwork, Preprocessing) Read(Checkpoint checkpoint, VitNames names, ImportSettings settings, Preprocessing? preprocessing)
    {
        VitReader reader = new(checkpoint, names, Epsilon);
        VitChoices choices = settings.Vit(reader.Width, Activation.Gelu, PositionResize.Scale, stageNorm: true);
        return (reader.Read(choices, null), settings.Preprocessing(preprocessing, fixedResize: preprocessing is not null));
    }

    // What stands before every name: nothing, or the network's name in a classifier.
    private static string Prefix(Checkpoint checkpoint, string name) => checkpoint.Has(name + "embeddings.cls_token") ? name : string.Empty;

    private static VitNames HuggingFaceNames(string prefix) => new(
        ClassEmbedding: prefix + "embeddings.cls_token", Positions: prefix + "embeddings.position_embeddings",
        Patch: prefix + "embeddings.patch_embeddings.projection", Blocks: prefix + "encoder.layer.", AttentionNorm: "layernorm_before",
        QueryKeyValue: ["attention.attention.query", "attention.attention.key", "attention.attention.value"],
        AttentionOut: "attention.output.dense", MlpNorm: "layernorm_after", Up: "intermediate.dense", Down: "output.dense",
        FinalNorm: prefix + "layernorm");
}
