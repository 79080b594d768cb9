using MuSc.Contracts;

namespace MuSc.Features.Backbones;

/// <summary>How features are extracted.</summary>
public sealed record ExtractionOptions
{
    /// <summary>Side of the square input in pixels, a multiple of the backbone's patch. The default is the backbone's own.</summary>
    public int? Size { get; init; }

    /// <summary>The stages to fetch, counted from 1, in the order wanted, none twice. The default is all.</summary>
    public IReadOnlyList<int>? Stages { get; init; }

    /// <summary>Where the network runs. The default is the processor.</summary>
    public Device Device { get; init; }

    /// <summary>Images decoded, and on the processor also run, at the same time; at least 1. Never changes a result. The default is one per processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Images in one run of the network, at least 1; a shorter last run is padded. Part of the numeric profile. The default is 1.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Whether an image is turned as its EXIF orientation says. The default is no, as the authors.</summary>
    public bool ApplyExif { get; init; }
}
