using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Vit;

namespace MuSc.Features.Import.Families;

/// <summary>DINOv2 without registers under Facebook's and timm's names.</summary>
internal sealed class DinoV2 : IFamily
{
    private const float Epsilon = 1e-6f;
    private static readonly VitNames s_names = TimmNames.Plain with { AttentionScale = "ls1.gamma", MlpScale = "ls2.gamma" };

    public string Name => "DINOv2 (Facebook, timm)";

    public IReadOnlyList<string> Unneeded => ["mask_token", "head."];

    public bool Matches(Checkpoint checkpoint, CheckpointConfig config) => TimmNames.Matches(checkpoint) && checkpoint.Has("blocks.0.ls1.gamma");

    public (INetwork Network, Preprocessing Preprocessing) Read(Checkpoint checkpoint, ImportSettings settings)
    {
        VitReader reader = new(checkpoint, s_names, Epsilon);
        VitChoices choices = settings.Vit(reader.Width, Activation.Gelu, PositionResize.Scale, stageNorm: true);
        return (new VitNetwork(reader.Read(choices, null)), settings.Preprocessing(Preprocessing.Dino, fixedResize: true));
    }
}
