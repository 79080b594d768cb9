using MuSc.Features;

namespace MuSc.Engine.Tokens;

/// <summary>Features that are held in memory, block after block.</summary>
public sealed class MemoryTokenSource : ITokenSource
{
    private readonly (FeatureBlock Block, int Index)[] _images;

    /// <param name="shape">What one image has.</param>
    /// <param name="blocks">Blocks of that shape, in the order of the images.</param>
    /// <exception cref="ArgumentException">A block has another shape.</exception>
    public MemoryTokenSource(FeatureShape shape, IEnumerable<FeatureBlock> blocks)
    {
        Shape = shape;
        _images = [.. blocks.SelectMany(block => Enumerable.Range(0, block.Images).Select(index => (block, index)))];
        if (Array.Exists(_images, image => !Alike(image.Block.Shape, shape)))
        {
            throw new ArgumentException("Every block must have the same shape.", nameof(blocks));
        }
    }

    /// <inheritdoc/>
    public int Images => _images.Length;

    /// <inheritdoc/>
    public FeatureShape Shape { get; }

    /// <inheritdoc/>
    public void ReadStage(int stage, int image, Span<float> tokens)
    {
        (FeatureBlock block, int index) = _images[image];
        block.Stage(stage, index).CopyTo(tokens);
    }

    /// <inheritdoc/>
    public void ReadClassToken(int image, Span<float> token)
    {
        (FeatureBlock block, int index) = _images[image];
        block.ClassToken(index).CopyTo(token);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static bool Alike(FeatureShape one, FeatureShape other)
        => one.ClassChannels == other.ClassChannels && one.Stages.SequenceEqual(other.Stages);
}
