using MuSc.Features.Backbones;

namespace MuSc.Engine.Tokens;

/// <summary>The images of two sources of the same shape, one behind the other. It owns both.</summary>
/// <param name="first">The source whose images come first.</param>
/// <param name="second">The other.</param>
public sealed class JoinedTokens(ITokenSource first, ITokenSource second) : ITokenSource
{
    public int Images => first.Images + second.Images;

    public FeatureShape Shape => first.Shape;

    public void ReadStage(int stage, int image, Span<float> tokens)
    {
        (ITokenSource source, int own) = Find(image);
        source.ReadStage(stage, own, tokens);
    }

    public void ReadClassToken(int image, Span<float> token)
    {
        (ITokenSource source, int own) = Find(image);
        source.ReadClassToken(own, token);
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }

    private (ITokenSource Source, int Image) Find(int image) => image < first.Images ? (first, image) : (second, image - first.Images);
}
