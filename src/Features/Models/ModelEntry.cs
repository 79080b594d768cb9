using MuSc.Features.Import;

namespace MuSc.Features.Models;

/// <summary>A public checkpoint that the paper uses.</summary>
public sealed record ModelEntry
{
    /// <summary>The name under which it is installed.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, for people.</summary>
    public required string Title { get; init; }

    /// <summary>The public address of its safetensors file.</summary>
    public required Uri Address { get; init; }

    /// <summary>SHA-256 of that file, 64 lower-case hexadecimal digits; none where no reliable source tells it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The file's size in bytes, rounded as its publisher shows it.</summary>
    public required long ApproximateBytes { get; init; }

    /// <summary>The licence of the weights.</summary>
    public required string License { get; init; }

    /// <summary>Side of the input in pixels of the authors' better setting; the size that is imported by default.</summary>
    public required int Size { get; init; }

    /// <summary>The activation, where the tensors do not tell it.</summary>
    public Activation? Activation { get; init; }

    /// <summary>The authors' results at <see cref="Size"/>; none where they publish none in their code's README.</summary>
    public PublishedAuroc? Published { get; init; }

    /// <summary>What else one must know; empty for most.</summary>
    public string Note { get; init; } = string.Empty;
}
