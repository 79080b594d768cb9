using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Networks;
using MuSc.Features.Import.Onnx;

namespace MuSc.Features.Import.Families;

/// <summary>
/// CLIP: a norm before the blocks, stages before any final norm, and a projection from the class position to the class token.
/// </summary>
internal static class ClipFamilies
{
    private const float Epsilon = 1e-5f;

    private static readonly VitNames s_openClip = new(
        ClassEmbedding: "visual.class_embedding", Positions: "visual.positional_embedding", Patch: "visual.conv1",
        PreNorm: "visual.ln_pre", Blocks: "visual.transformer.resblocks.", AttentionNorm: "ln_1", QueryKeyValue: ["attn.in_proj"],
        UnderscoredInput: true, AttentionOut: "attn.out_proj", MlpNorm: "ln_2", Up: "mlp.c_fc", Down: "mlp.c_proj",
        FinalNorm: "visual.ln_post");

    private static readonly VitNames s_huggingFace = new(
        ClassEmbedding: "vision_model.embeddings.class_embedding", Positions: "vision_model.embeddings.position_embedding.weight",
        Patch: "vision_model.embeddings.patch_embedding", PreNorm: "vision_model.pre_layrnorm", Blocks: "vision_model.encoder.layers.",
        AttentionNorm: "layer_norm1", QueryKeyValue: ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
        AttentionOut: "self_attn.out_proj", MlpNorm: "layer_norm2", Up: "mlp.fc1", Down: "mlp.fc2",
        FinalNorm: "vision_model.post_layernorm");

    /// <summary>Under OpenAI's and open_clip's names, <c>visual.*</c>. Only OpenAI's own files hold the sizes as tensors.</summary>
    public static Family OpenClip { get; } = new(
        "CLIP (OpenAI, open_clip)",
        [
            "transformer.", "token_embedding.", "positional_embedding", "ln_final.", "text_projection", "text.", "logit_scale", "logit_bias",
            "attn_mask", "input_resolution", "context_length", "vocab_size",
        ],
        (checkpoint, _) => checkpoint.Has("visual.conv1.weight"),
        (checkpoint, settings) => Read(
            checkpoint,
            s_openClip,
            settings,
            checkpoint.Has("input_resolution") && checkpoint.Has("context_length") ? Activation.QuickGelu : null,
            width => new Linear(checkpoint.Take("visual.proj", width, checkpoint.Shape("visual.proj", 2)[1]), null)));

    /// <summary>
    /// Under Hugging Face's names, <c>vision_model.*</c>. Its configs leave out what equals the default, and the default is OpenAI's.
    /// </summary>
    public static Family HuggingFace { get; } = new(
        "CLIP (Hugging Face)",
        ["text_model.", "text_projection.", "logit_scale", "vision_model.embeddings.position_ids"],
        (checkpoint, _) => checkpoint.Has("vision_model.embeddings.patch_embedding.weight"),
        (checkpoint, settings) => Read(
            checkpoint,
            s_huggingFace,
            settings,
            settings.Config.Text("model_type")?.StartsWith("clip", StringComparison.Ordinal) == true ? Activation.QuickGelu : null,
            width => Projection(checkpoint, "visual_projection.weight", width)));

    /// <summary>Under timm's names; the projection is the head.</summary>
    public static Family Timm { get; } = new(
        "CLIP (timm)",
        [],
        (checkpoint, _) => VitNames.IsTimm(checkpoint) && checkpoint.Has("norm_pre.weight"),
        (checkpoint, settings) => Read(
            checkpoint, VitNames.Timm with { PreNorm = "norm_pre" }, settings, TimmActivation(settings.Config), width => TimmHead(checkpoint, width)));

    private static (INetwork, Preprocessing) Read(
        Checkpoint checkpoint, VitNames names, ImportSettings settings, Activation? activation, Func<int, Linear> projection)
    {
        VitReader reader = new(checkpoint, names, Epsilon);
        VitChoices choices = settings.Vit(reader.Width, activation, PositionResize.Size, stageNorm: false);
        return (reader.Read(choices, projection(reader.Width)), settings.Preprocessing(Preprocessing.Clip, fixedResize: false));
    }

    private static Linear Projection(Checkpoint checkpoint, string name, int width) =>
        new(new TransposedWeight(checkpoint.Take(name, checkpoint.Shape(name, 2)[0], width)), null);

    // timm keeps OpenAI's weights under networks with either activation; the tag of the weights says which one they were trained with.
    private static Activation? TimmActivation(CheckpointConfig config) => config.Text("tag") switch
    {
        null or "" => null,
        "openai" => Activation.QuickGelu,
        _ => Activation.Gelu,
    };

    private static Linear TimmHead(Checkpoint checkpoint, int width)
    {
        long channels = checkpoint.Shape("head.weight", 2)[0];
        return channels is not (1000 or 11821 or 21841 or 21843)
            ? Projection(checkpoint, "head.weight", width) with { Bias = checkpoint.TakeIfAny("head.bias", channels) }
            : throw new ImportException(
                $"{checkpoint.Path}: 'head.weight' gives {channels} classes, so this CLIP was fine-tuned as a classifier and its projection is gone; take the checkpoint it came from.");
    }
}
