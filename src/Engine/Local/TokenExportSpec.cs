using MuSc.Contracts;
using MuSc.Features;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Local;

/// <summary>What is to be extracted, how, and where to.</summary>
public sealed record TokenExportSpec
{
    /// <summary>The images, in the order of the arrays.</summary>
    public required IReadOnlyList<ImageFile> Images { get; init; }

    /// <summary>A backbone's file, or the name of one that is installed. The default is the built-in <c>compact</c>.</summary>
    public string Backbone { get; init; } = "compact";

    /// <summary>How the backbone runs, but for the device.</summary>
    public ExtractionOptions Options { get; init; } = new();

    /// <summary>Where the network runs: <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>. The default is <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether unusable images are left out and named, rather than stopping the work. The default is no.</summary>
    public bool SkipBad { get; init; }

    /// <summary>Whether tokens are written as float16 rather than float32; class tokens always are float32. The default is no.</summary>
    public bool HalfPrecision { get; init; }

    /// <summary>Where the arrays go.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether an existing, non-empty folder may be replaced. The default is no.</summary>
    public bool Force { get; init; }
}

/// <summary>What was extracted.</summary>
/// <param name="Folder">Where the arrays lie.</param>
/// <param name="Images">Names of the images in the arrays.</param>
/// <param name="Skipped">Images that were left out, with the reason.</param>
/// <param name="Shape">What one image has.</param>
public sealed record TokenExportResult(
    string Folder, IReadOnlyList<string> Images, IReadOnlyList<(string Name, string Reason)> Skipped, FeatureShape Shape);
