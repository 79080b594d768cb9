using MuSc.Features.Backbones;

namespace MuSc.Engine.Tokens;

/// <summary>The features of a whole set, wherever they rest: in memory, in spilled blocks, in an array file.</summary>
/// <remarks>Reading is thread-safe.</remarks>
public interface ITokenSource : IDisposable
{
    /// <summary>Images N, references included (they come last).</summary>
    int Images { get; }

    /// <summary>What one image has.</summary>
    FeatureShape Shape { get; }

    /// <summary>Reads one image's tokens of one stage.</summary>
    /// <param name="stage">Index into <see cref="FeatureShape.Stages"/>.</param>
    /// <param name="image">0 … N−1.</param>
    /// <param name="tokens">[P × C] row-major, without class position.</param>
    void ReadStage(int stage, int image, Span<float> tokens);

    /// <summary>Reads one image's class token, [D].</summary>
    void ReadClassToken(int image, Span<float> token);
}

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
        if (_images.Any(image => image.Block.Shape.ClassChannels != shape.ClassChannels || !image.Block.Shape.Stages.SequenceEqual(shape.Stages)))
        {
            throw new ArgumentException("Every block must have the same shape.", nameof(blocks));
        }
    }

    public int Images => _images.Length;

    public FeatureShape Shape { get; }

    public void ReadStage(int stage, int image, Span<float> tokens) => _images[image].Block.Stage(stage, _images[image].Index).CopyTo(tokens);

    public void ReadClassToken(int image, Span<float> token) => _images[image].Block.ClassToken(_images[image].Index).CopyTo(token);

    public void Dispose()
    {
    }
}

/// <summary>Some stages of a source, in the order asked for.</summary>
public sealed class SelectedStages : ITokenSource
{
    private readonly ITokenSource _source;
    private readonly int[] _stages;

    /// <param name="source">The source, which this one owns from now on.</param>
    /// <param name="stages">Stages counted from 1.</param>
    /// <exception cref="JobException">There is no such stage.</exception>
    public SelectedStages(ITokenSource source, IReadOnlyList<int> stages)
    {
        _source = source;
        int missing = stages.FirstOrDefault(stage => stage > source.Shape.Stages.Count);
        if (missing > 0)
        {
            throw new JobException(JobErrorKind.Usage, $"There is no stage {missing}: the tokens have {source.Shape.Stages.Count}.");
        }

        _stages = [.. stages.Select(stage => stage - 1)];
        Shape = source.Shape with { Stages = [.. _stages.Select(stage => source.Shape.Stages[stage])] };
    }

    public int Images => _source.Images;

    public FeatureShape Shape { get; }

    public void ReadStage(int stage, int image, Span<float> tokens) => _source.ReadStage(_stages[stage], image, tokens);

    public void ReadClassToken(int image, Span<float> token) => _source.ReadClassToken(image, token);

    public void Dispose() => _source.Dispose();
}
