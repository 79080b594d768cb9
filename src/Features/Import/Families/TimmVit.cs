using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Vit;

namespace MuSc.Features.Import.Families;

/// <summary>A plain timm ViT, as a classifier was trained (docs/method.md, Variants). How it wants its pixels differs between such networks.</summary>
internal sealed class TimmVit : IFamily
{
    private const float Epsilon = 1e-6f;

    public string Name => "ViT (timm)";

    public IReadOnlyList<string> Unneeded => ["head."];

    public bool Matches(Checkpoint checkpoint, CheckpointConfig config) => TimmNames.Matches(checkpoint);

    public (INetwork Network, Preprocessing Preprocessing) Read(Checkpoint checkpoint, ImportSettings settings)
    {
        VitReader reader = new(checkpoint, TimmNames.Plain, Epsilon);
        VitChoices choices = settings.Vit(reader.Width, Activation.Gelu, PositionResize.Scale, stageNorm: true);
        return (new VitNetwork(reader.Read(choices, null)), settings.Preprocessing(null, fixedResize: false));
    }
}
