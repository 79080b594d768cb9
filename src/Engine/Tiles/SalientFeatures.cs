using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Features.Images;
using MuSc.Scoring;

namespace MuSc.Engine.Tiles;

/// <summary>The features of images' most anomalous patches, by which RsCon compares the images (docs/method.md).</summary>
public static class SalientFeatures
{
    /// <summary>Of the images of a source.</summary>
    /// <param name="tokens">The features.</param>
    /// <param name="neighbourhood">Of the map.</param>
    /// <param name="patchScores">[N × P].</param>
    /// <param name="threads">Threads; never changes a result.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <returns>[N × C].</returns>
    public static float[] Of(ITokenSource tokens, Neighbourhood neighbourhood, double[] patchScores, int threads, CancellationToken cancellationToken)
    {
        (int stage, StageShape shape) = (SalientPatch.Stage(tokens.Shape.Stages.Count), tokens.Shape.Stages[0]);
        float[] features = new float[patchScores.Length / shape.Patches * shape.Channels];
        EachImage.Do(
            patchScores.Length / shape.Patches, threads,
            () => (Stage: new float[tokens.Shape.Stages[stage].Length], Map: new float[shape.Length]),
            (image, room) =>
            {
                tokens.ReadStage(stage, image, room.Stage);
                Of(
                    room.Stage, tokens.Shape, neighbourhood, patchScores.AsSpan(image * shape.Patches, shape.Patches), room.Map,
                    features.AsSpan(image * shape.Channels, shape.Channels));
            },
            cancellationToken);
        return features;
    }

    /// <summary>Of one image.</summary>
    /// <param name="stage">[P × C] of the stage that is compared.</param>
    /// <param name="shape">What one image has.</param>
    /// <param name="neighbourhood">Of the map.</param>
    /// <param name="patchScores">[P].</param>
    /// <param name="map">Room for the map, [P × C].</param>
    /// <param name="feature">[C].</param>
    public static void Of(
        ReadOnlySpan<float> stage, FeatureShape shape, Neighbourhood neighbourhood, ReadOnlySpan<double> patchScores, Span<float> map, Span<float> feature)
    {
        int channels = shape.Stages[0].Channels;
        neighbourhood.Aggregate(stage, shape.Stages[SalientPatch.Stage(shape.Stages.Count)], shape.Stages[0], map);
        map.Slice(SalientPatch.Of(patchScores) * channels, channels).CopyTo(feature);
    }
}
