using MuSc.Contracts;
using MuSc.Features.Images;

namespace MuSc.Features;

/// <summary>Turns image files into stage tokens and class tokens with one backbone at one size.</summary>
public interface IFeatureExtractor : IDisposable
{
    /// <summary>What one image gives.</summary>
    FeatureShape Shape { get; }

    /// <summary>
    /// The numeric profile: runtime version, provider, instruction set, batch and backbone hash. Two extractors of one
    /// profile give the same bits for the same file.
    /// </summary>
    string Profile { get; }

    /// <summary>Decodes the files and runs the backbone on them.</summary>
    /// <param name="images">The files, in the order of the block.</param>
    /// <param name="extracted">Called with 1 as each image is done, from any thread.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="ImageFileException">A file cannot be used.</exception>
    FeatureBlock Extract(IReadOnlyList<ImageFile> images, Action<int>? extracted, CancellationToken cancellationToken);
}
