using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Onnx;
using MuSc.Features.Import.Vit;
using MuSc.Features.Import.Weights;

namespace MuSc.Features.Import.Families;

/// <summary>CLIP under Hugging Face's names, <c>vision_model.*</c>.</summary>
internal sealed class HuggingFaceClip : IFamily
{
    private const float Epsilon = 1e-5f;
    private const string Projection = "visual_projection.weight";

    private static readonly VitNames s_names = new()
    {
        ClassEmbedding = "vision_model.embeddings.class_embedding",
        Positions = "vision_model.embeddings.position_embedding.weight",
        Patch = "vision_model.embeddings.patch_embedding",
        PreNorm = "vision_model.pre_layrnorm",
        Blocks = "vision_model.encoder.layers.",
        AttentionNorm = "layer_norm1",
        QueryKeyValue = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
        AttentionOut = "self_attn.out_proj",
        MlpNorm = "layer_norm2",
        Up = "mlp.fc1",
        Down = "mlp.fc2",
        FinalNorm = "vision_model.post_layernorm",
    };

    public string Name => "CLIP (Hugging Face)";

    public IReadOnlyList<string> Unneeded => ["text_model.", "text_projection.", "logit_scale", "vision_model.embeddings.position_ids"];

    public bool Matches(Checkpoint checkpoint, CheckpointConfig config) => checkpoint.Has("vision_model.embeddings.patch_embedding.weight");

    public (INetwork Network, Preprocessing Preprocessing) Read(Checkpoint checkpoint, ImportSettings settings)
    {
        VitReader reader = new(checkpoint, s_names, Epsilon);

        // Hugging Face leaves out what equals its default, and its default is OpenAI's.
        Activation? activation = settings.Config.Text("model_type")?.StartsWith("clip", StringComparison.Ordinal) == true ? Activation.QuickGelu : null;
        VitChoices choices = settings.Vit(reader.Width, activation, PositionResize.Size, stageNorm: false);
        Weight projection = checkpoint.Take(Projection, checkpoint.Shape(Projection, 2)[0], reader.Width);
        VitNetwork network = new(reader.Read(choices, new Linear(new TransposedWeight(projection), null)));
        return (network, settings.Preprocessing(Preprocessing.Clip, fixedResize: false));
    }
}
