namespace MuSc.Features.Models;

/// <summary>What a check of one installed file found.</summary>
/// <param name="Path">The file.</param>
/// <param name="State">Whether it is as it was published or written.</param>
/// <param name="Sha256">What it holds.</param>
public sealed record ModelCheck(string Path, ModelState State, string Sha256);

/// <summary>Whether a file is as it should be.</summary>
public enum ModelState
{
    /// <summary>It has the checksum that its publisher gives, or that was written when it was made here.</summary>
    Intact,

    /// <summary>It has another checksum.</summary>
    Damaged,

    /// <summary>Nothing tells its checksum: it was put there by hand, and its publisher gives none.</summary>
    Unknown,
}
