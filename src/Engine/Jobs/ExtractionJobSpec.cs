using MuSc.Features.Images;

namespace MuSc.Engine.Jobs;

/// <summary>Everything that defines an extraction: images in, arrays of tokens out.</summary>
public sealed record ExtractionJobSpec
{
    /// <summary>The images, in the order of the arrays.</summary>
    public required IReadOnlyList<ImageFile> Images { get; init; }

    /// <summary>A backbone's file, or the name of one that is installed. The default is the built-in <c>compact</c>.</summary>
    public string Backbone { get; init; } = "compact";

    /// <summary>Side of the square images in pixels, a multiple of the backbone's patch. The default is the backbone's own.</summary>
    public int? Size { get; init; }

    /// <summary>The stages to keep, counted from 1. The default is all.</summary>
    public IReadOnlyList<int>? Stages { get; init; }

    /// <summary>Where the network runs: <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>. The default is <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads, at least 1. The default is one per processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Images in one run of the network, at least 1. The default is 1.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Whether an image is turned as its EXIF orientation says. The default is no.</summary>
    public bool ApplyExif { get; init; }

    /// <summary>Whether unusable images are left out rather than stopping the job. The default is no.</summary>
    public bool SkipBad { get; init; }

    /// <summary>Whether tokens are written in half precision. The default is no, in single precision.</summary>
    public bool HalfPrecision { get; init; }

    /// <summary>The folder of the arrays.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether an existing, non-empty folder may be replaced. The default is no.</summary>
    public bool Force { get; init; }
}
