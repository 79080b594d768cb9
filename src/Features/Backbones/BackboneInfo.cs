using MuSc.Features.Images;

namespace MuSc.Features.Backbones;

/// <summary>What a backbone's file says about itself: everything the program knows of a network.</summary>
public sealed record BackboneInfo
{
    /// <summary>The network's name.</summary>
    public required string Name { get; init; }

    /// <summary>The ONNX file.</summary>
    public required string Path { get; init; }

    /// <summary>Side of a patch in pixels; the side of an input image is a multiple of it.</summary>
    public required int Patch { get; init; }

    /// <summary>Side of an input image in pixels, unless another is asked for.</summary>
    public required int DefaultSize { get; init; }

    /// <summary>Means of red, green and blue over 0 … 1.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Standard deviations of red, green and blue over 0 … 1.</summary>
    public required IReadOnlyList<float> Deviation { get; init; }

    /// <summary>How an image is resized.</summary>
    public required ResizeFilter Resize { get; init; }

    /// <summary>Where the weights come from.</summary>
    public required string Source { get; init; }

    /// <summary>The licence of the weights.</summary>
    public required string Licence { get; init; }

    /// <summary>How many stages the network gives, L.</summary>
    public required int Stages { get; init; }

    /// <summary>Whether the network gives class tokens.</summary>
    public required bool HasClassToken { get; init; }

    /// <summary>SHA-256 of the file, or of it and its file of weights one after the other; 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }
}
