using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Onnx;
using MuSc.Features.Import.Vit;
using MuSc.Features.Import.Weights;

namespace MuSc.Features.Import.Families;

/// <summary>CLIP under timm's names: a norm before the blocks, and the projection as the head.</summary>
internal sealed class TimmClip : IFamily
{
    private const float Epsilon = 1e-5f;
    private static readonly VitNames s_names = TimmNames.Plain with { PreNorm = "norm_pre" };

    public string Name => "CLIP (timm)";

    public IReadOnlyList<string> Unneeded => [];

    public bool Matches(Checkpoint checkpoint, CheckpointConfig config) => TimmNames.Matches(checkpoint) && checkpoint.Has("norm_pre.weight");

    public (INetwork Network, Preprocessing Preprocessing) Read(Checkpoint checkpoint, ImportSettings settings)
    {
        VitReader reader = new(checkpoint, s_names, Epsilon);

        // timm has OpenAI's weights under networks with either activation; the weights' tag tells which one they were trained with.
        string tag = settings.Config.Text("tag") ?? string.Empty;
        Activation? activation = tag == "openai" ? Activation.QuickGelu : tag.Length > 0 ? Activation.Gelu : null;
        VitChoices choices = settings.Vit(reader.Width, activation, PositionResize.Size, stageNorm: false);
        VitNetwork network = new(reader.Read(choices, Projection(checkpoint, reader.Width)));
        return (network, settings.Preprocessing(Preprocessing.Clip, fixedResize: false));
    }

    private static Linear Projection(Checkpoint checkpoint, int width)
    {
        long channels = checkpoint.Shape("head.weight", 2)[0];
        return channels is not (1000 or 11821 or 21841 or 21843)
            ? new Linear(new TransposedWeight(checkpoint.Take("head.weight", channels, width)), checkpoint.TakeIfAny("head.bias", channels))
            : throw new ImportException(
                $"{checkpoint.Path}: 'head.weight' gives {channels} classes, so this CLIP was fine-tuned as a classifier and its projection is gone; take the checkpoint it came from.");
    }
}
