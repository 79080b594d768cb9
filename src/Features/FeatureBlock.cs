namespace MuSc.Features;

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
