using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Networks;

namespace MuSc.Features.Import.Families;

/// <summary>Recognises and reads the checkpoints of one network family under one set of tensor names.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Unneeded">Prefixes of tensor names that belong to its checkpoints but are not needed.</param>
/// <param name="Matches">Whether a checkpoint has the tensors that only this family and naming has.</param>
/// <param name="Read">
/// Takes the tensors and decides what they do not say; throws <see cref="ImportException"/> where a tensor or a decision is missing.
/// </param>
internal sealed record Family(
    string Name,
    IReadOnlyList<string> Unneeded,
    Func<Checkpoint, CheckpointConfig, bool> Matches,
    Func<Checkpoint, ImportSettings, (INetwork Network, Preprocessing Preprocessing)> Read);

/// <summary>The families, the most specific first. To add one, write it beside its relatives and name it here.</summary>
internal static class FamilyCatalogue
{
    private static readonly Family[] s_families =
    [
        ClipFamilies.OpenClip, ClipFamilies.HuggingFace, TimmSwin.Family, ClipFamilies.Timm, VitFamilies.DinoV2, VitFamilies.Dino,
        VitFamilies.Plain, VitFamilies.HuggingFaceDinoV2, VitFamilies.HuggingFace,
    ];

    /// <summary>The family of a checkpoint.</summary>
    /// <exception cref="ImportException">It is none of the families.</exception>
    public static Family Recognise(Checkpoint checkpoint, CheckpointConfig config)
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
