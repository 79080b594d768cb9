using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Vit;

namespace MuSc.Features.Import.Families;

/// <summary>DINOv2 without registers under Hugging Face's names.</summary>
internal sealed class HuggingFaceDinoV2 : IFamily
{
    private const float Epsilon = 1e-6f;

    public string Name => "DINOv2 (Hugging Face)";

    public IReadOnlyList<string> Unneeded => ["embeddings.mask_token", "dinov2.embeddings.mask_token", "classifier."];

    public bool Matches(Checkpoint checkpoint, CheckpointConfig config) => checkpoint.Has(Prefix(checkpoint) + "encoder.layer.0.layer_scale1.lambda1");

    public (INetwork Network, Preprocessing Preprocessing) Read(Checkpoint checkpoint, ImportSettings settings)
    {
        string prefix = Prefix(checkpoint);
        VitNames names = HuggingFaceNames.Vit(prefix) with
        {
            AttentionNorm = "norm1",
            MlpNorm = "norm2",
            Up = "mlp.fc1",
            Down = "mlp.fc2",
            AttentionScale = "layer_scale1.lambda1",
            MlpScale = "layer_scale2.lambda1",
        };
        VitReader reader = new(checkpoint, names, Epsilon);
        VitChoices choices = settings.Vit(reader.Width, Activation.Gelu, PositionResize.Scale, stageNorm: true);
        return (new VitNetwork(reader.Read(choices, null)), settings.Preprocessing(Preprocessing.Dino, fixedResize: true));
    }

    private static string Prefix(Checkpoint checkpoint) => checkpoint.Has("dinov2.embeddings.cls_token") ? "dinov2." : string.Empty;
}
