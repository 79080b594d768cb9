using MuSc.Features.Import.Checkpoints;

namespace MuSc.Features.Import.Families;

/// <summary>The families, the most particular first. To add one, write its file and name it here.</summary>
internal static class FamilyCatalogue
{
    private static readonly IFamily[] s_families =
    [
        new OpenClip(), new HuggingFaceClip(), new TimmSwin(), new TimmClip(), new DinoV2(), new Dino(), new TimmVit(), new HuggingFaceDinoV2(), new HuggingFaceVit(),
    ];

    /// <summary>The family of a checkpoint.</summary>
    /// <exception cref="ImportException">It is none of the families.</exception>
    public static IFamily Recognise(Checkpoint checkpoint, CheckpointConfig config)
    {
        if (checkpoint.Names.FirstOrDefault(name => name.Contains("register_tokens", StringComparison.Ordinal) || name == "reg_token") is { } register)
        {
            throw new ImportException($"{checkpoint.Path} has register tokens ('{register}'); DINOv2 is supported without registers, as in the paper.");
        }

        return s_families.FirstOrDefault(family => family.Matches(checkpoint, config)) ?? throw new ImportException(
            $"{checkpoint.Path} is none of the known networks ({string.Join(", ", s_families.Select(family => family.Name))}). "
            + $"Its first tensors are {string.Join(", ", checkpoint.Names.Order(StringComparer.Ordinal).Take(5))}.");
    }
}
