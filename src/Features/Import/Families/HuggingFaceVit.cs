using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Vit;

namespace MuSc.Features.Import.Families;

/// <summary>DINO, or a plain ViT, under Hugging Face's names. DINO's have neither pooler nor classifier.</summary>
internal sealed class HuggingFaceVit : IFamily
{
    private const float Epsilon = 1e-6f;

    public string Name => "DINO or ViT (Hugging Face)";

    public IReadOnlyList<string> Unneeded => ["pooler.", "vit.pooler.", "classifier."];

    public bool Matches(Checkpoint checkpoint, CheckpointConfig config) => checkpoint.Has(Prefix(checkpoint) + "encoder.layer.0.layernorm_before.weight");

    public (INetwork Network, Preprocessing Preprocessing) Read(Checkpoint checkpoint, ImportSettings settings)
    {
        string prefix = Prefix(checkpoint);
        bool dino = !checkpoint.Has(prefix + "pooler.dense.weight") && !checkpoint.Has("classifier.weight");
        VitReader reader = new(checkpoint, HuggingFaceNames.Vit(prefix), Epsilon);
        VitChoices choices = settings.Vit(reader.Width, Activation.Gelu, PositionResize.Scale, stageNorm: true);
        return (new VitNetwork(reader.Read(choices, null)), settings.Preprocessing(dino ? Preprocessing.Dino : null, fixedResize: dino));
    }

    private static string Prefix(Checkpoint checkpoint) => checkpoint.Has("vit.embeddings.cls_token") ? "vit." : string.Empty;
}
