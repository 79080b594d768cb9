using MuSc.Engine.Tokens;
using MuSc.Features;

namespace MuSc.Evaluation;

/// <summary>Some images of a token source, in any order; the source stays its owner's.</summary>
/// <param name="source">All images.</param>
/// <param name="images">Indices into it.</param>
internal sealed class TokenView(ITokenSource source, IReadOnlyList<int> images) : ITokenSource
{
    public int Images => images.Count;

    public FeatureShape Shape => source.Shape;

    public void ReadStage(int stage, int image, Span<float> tokens) => source.ReadStage(stage, images[image], tokens);

    public void ReadClassToken(int image, Span<float> token) => source.ReadClassToken(images[image], token);

    public void Dispose()
    {
    }
}
