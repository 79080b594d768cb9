using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Onnx;
using MuSc.Features.Import.Vit;
using MuSc.Features.Import.Weights;

namespace MuSc.Features.Import.Families;

/// <summary>CLIP under OpenAI's and open_clip's names, <c>visual.*</c>.</summary>
internal sealed class OpenClip : IFamily
{
    private const float Epsilon = 1e-5f;

    private static readonly VitNames s_names = new()
    {
        ClassEmbedding = "visual.class_embedding",
        Positions = "visual.positional_embedding",
        Patch = "visual.conv1",
        PreNorm = "visual.ln_pre",
        Blocks = "visual.transformer.resblocks.",
        AttentionNorm = "ln_1",
        QueryKeyValue = ["attn.in_proj"],
        UnderscoredInput = true,
        AttentionOut = "attn.out_proj",
        MlpNorm = "ln_2",
        Up = "mlp.c_fc",
        Down = "mlp.c_proj",
        FinalNorm = "visual.ln_post",
    };

    public string Name => "CLIP (OpenAI, open_clip)";

    public IReadOnlyList<string> Unneeded =>
    [
        "transformer.", "token_embedding.", "positional_embedding", "ln_final.", "text_projection", "text.", "logit_scale", "logit_bias",
        "attn_mask", "input_resolution", "context_length", "vocab_size",
    ];

    public bool Matches(Checkpoint checkpoint, CheckpointConfig config) => checkpoint.Has("visual.conv1.weight");

    public (INetwork Network, Preprocessing Preprocessing) Read(Checkpoint checkpoint, ImportSettings settings)
    {
        VitReader reader = new(checkpoint, s_names, Epsilon);

        // Only OpenAI's own files carry these numbers as tensors.
        Activation? activation = checkpoint.Has("input_resolution") && checkpoint.Has("context_length") ? Activation.QuickGelu : null;
        VitChoices choices = settings.Vit(reader.Width, activation, PositionResize.Size, stageNorm: false);
        Weight projection = checkpoint.Take("visual.proj", reader.Width, checkpoint.Shape("visual.proj", 2)[1]);
        VitNetwork network = new(reader.Read(choices, new Linear(projection, null)));
        return (network, settings.Preprocessing(Preprocessing.Clip, fixedResize: false));
    }
}
