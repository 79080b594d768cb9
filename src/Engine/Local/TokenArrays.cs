using MuSc.Engine.Tokens;

namespace MuSc.Engine.Local;

/// <summary>
/// Writes features as arrays, block after block: <c>tokens.npy</c> [stages × N × (1+P) × C] with zeros at the class
/// position, since class tokens have channels of their own, and <c>class_tokens.npy</c> [N × D] where there are any.
/// </summary>
internal sealed class TokenArrays : IDisposable
{
    private readonly int _images;
    private readonly FeatureShape _shape;
    private readonly NpyWriter _tokens;
    private readonly NpyWriter? _classTokens;
    private readonly float[] _classPosition;

    /// <param name="folder">An existing folder.</param>
    /// <param name="images">Images N.</param>
    /// <param name="shape">What one image has; all stages alike.</param>
    /// <param name="type">Kind of the tokens' elements; class tokens are float32.</param>
    public TokenArrays(string folder, int images, FeatureShape shape, NpyType type)
    {
        (_images, _shape) = (images, shape);
        StageShape stage = shape.Stages[0];
        Shape = [shape.Stages.Count, images, 1 + stage.Patches, stage.Channels];
        _classPosition = new float[stage.Channels];
        _tokens = NpyWriter.Create(Path.Combine(folder, "tokens.npy"), type, Shape);
        _classTokens = shape.ClassChannels > 0
            ? NpyWriter.Create(Path.Combine(folder, "class_tokens.npy"), NpyType.Float32, images, shape.ClassChannels)
            : null;
    }

    /// <summary>Shape of the tokens' array.</summary>
    public long[] Shape { get; }

    /// <summary>Writes a block.</summary>
    /// <param name="first">Index of its first image.</param>
    /// <param name="block">The features.</param>
    public void Write(int first, FeatureBlock block)
    {
        for (int index = 0; index < block.Images; index++)
        {
            for (int stage = 0; stage < _shape.Stages.Count; stage++)
            {
                long start = (((long)stage * _images) + first + index) * Shape[2] * Shape[3];
                _tokens.Write(start, _classPosition);
                _tokens.Write(start + Shape[3], block.Stage(stage, index));
            }

            _classTokens?.Write((long)(first + index) * _shape.ClassChannels, block.ClassToken(index));
        }
    }

    /// <summary>Gives the files their names.</summary>
    public void Complete()
    {
        _tokens.Complete();
        _classTokens?.Complete();
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _classTokens?.Dispose();
    }
}
