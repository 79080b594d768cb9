using MuSc.Features.Import.Checkpoints;

namespace MuSc.Features.Import.Families;

/// <summary>Recognises and reads the checkpoints of one family in one naming.</summary>
internal interface IFamily
{
    /// <summary>Its name for people.</summary>
    string Name { get; }

    /// <summary>Beginnings of the names of tensors that belong to its checkpoints but are not needed.</summary>
    IReadOnlyList<string> Unneeded { get; }

    /// <summary>Whether a checkpoint has the tensors that only this family and naming has.</summary>
    bool Matches(Checkpoint checkpoint, CheckpointConfig config);

    /// <summary>Takes the tensors and settles what they cannot tell.</summary>
    /// <exception cref="ImportException">Something is missing or cannot be told.</exception>
    (INetwork Network, Preprocessing Preprocessing) Read(Checkpoint checkpoint, ImportSettings settings);
}
