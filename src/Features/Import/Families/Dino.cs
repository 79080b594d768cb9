using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Vit;

namespace MuSc.Features.Import.Families;

/// <summary>DINO under Facebook's and timm's names: a plain vision transformer without a head.</summary>
internal sealed class Dino : IFamily
{
    private const float Epsilon = 1e-6f;

    public string Name => "DINO (Facebook, timm)";

    public IReadOnlyList<string> Unneeded => [];

    public bool Matches(Checkpoint checkpoint, CheckpointConfig config) =>
        TimmNames.Matches(checkpoint) && !checkpoint.Has("head.weight") && SaysDino(config);

    public (INetwork Network, Preprocessing Preprocessing) Read(Checkpoint checkpoint, ImportSettings settings)
    {
        VitReader reader = new(checkpoint, TimmNames.Plain, Epsilon);
        VitChoices choices = settings.Vit(reader.Width, Activation.Gelu, PositionResize.Scale, stageNorm: true);
        return (new VitNetwork(reader.Read(choices, null)), settings.Preprocessing(Preprocessing.Dino, fixedResize: true));
    }

    // timm's config names the weights; without one, or with another kind of config, a missing head is the sign.
    private static bool SaysDino(CheckpointConfig config) => config.Text("tag")?.Contains("dino", StringComparison.Ordinal) ?? true;
}
