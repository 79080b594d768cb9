using MuSc.Features.Images;

namespace MuSc.Features.Backbones;

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

/// <summary>The features of some consecutive images, as the backbone gave them.</summary>
/// <param name="Shape">What one image has.</param>
/// <param name="Images">How many images, n.</param>
/// <param name="Stages">For each stage, [n × P × C] row-major.</param>
/// <param name="ClassTokens">[n × D] row-major; empty where the network has no class token.</param>
public sealed record FeatureBlock(FeatureShape Shape, int Images, float[][] Stages, float[] ClassTokens)
{
    /// <summary>A block of zeros to be filled.</summary>
    public static FeatureBlock Allocate(FeatureShape shape, int images) => new(
        shape,
        images,
        [.. shape.Stages.Select(stage => new float[(long)images * stage.Length])],
        new float[images * shape.ClassChannels]);

    /// <summary>One image's tokens of one stage, [P × C].</summary>
    public Span<float> Stage(int stage, int image)
    {
        int length = Shape.Stages[stage].Length;
        return Stages[stage].AsSpan(image * length, length);
    }

    /// <summary>One image's class token, [D].</summary>
    public Span<float> ClassToken(int image) => ClassTokens.AsSpan(image * Shape.ClassChannels, Shape.ClassChannels);
}

/// <summary>One stage's tokens of one image: a square grid of patches with so many channels.</summary>
/// <param name="Grid">Patches along one side, G.</param>
/// <param name="Channels">Channels C of a patch token.</param>
public readonly record struct StageShape(int Grid, int Channels)
{
    /// <summary>Patches P = G².</summary>
    public int Patches => Grid * Grid;

    /// <summary>Floats of one image, P · C.</summary>
    public int Length => Patches * Channels;
}

/// <summary>What a backbone gives for one image.</summary>
/// <param name="Stages">The stages in order; all alike for a ViT, of different grids and widths for Swin.</param>
/// <param name="ClassChannels">Channels D of the class token, 0 where the network has none.</param>
public sealed record FeatureShape(IReadOnlyList<StageShape> Stages, int ClassChannels);
