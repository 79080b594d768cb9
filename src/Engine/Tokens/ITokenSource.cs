using MuSc.Features;

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
