using MuSc.Features.Backbones;
using MuSc.Scoring;

namespace MuSc.Engine.Tiles;

/// <summary>The features of images' most anomalous patches, by which RsCon compares the images (docs/method.md).</summary>
public static class SalientFeatures
{
    /// <summary>Of one image.</summary>
    /// <param name="stage">[P × C] of the stage that is compared.</param>
    /// <param name="shape">What one image has.</param>
    /// <param name="neighbourhood">Of the map.</param>
    /// <param name="patchScores">[P].</param>
    /// <param name="map">Room for the map, [P × C].</param>
    /// <param name="feature">[C].</param>
    public static void Of(
        ReadOnlySpan<float> stage, FeatureShape shape, Neighbourhood neighbourhood, ReadOnlySpan<double> patchScores, Span<float> map, Span<float> feature)
        => Of(stage, shape, neighbourhood, SalientPatch.Of(patchScores), map, feature);

    /// <summary>Of one image whose most anomalous patch is known.</summary>
    /// <param name="stage">[P × C] of the stage that is compared.</param>
    /// <param name="shape">What one image has.</param>
    /// <param name="neighbourhood">Of the map.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="map">Room for the map, [P × C].</param>
    /// <param name="feature">[C].</param>
    public static void Of(ReadOnlySpan<float> stage, FeatureShape shape, Neighbourhood neighbourhood, int patch, Span<float> map, Span<float> feature)
    {
        int channels = shape.Stages[0].Channels;
        neighbourhood.Aggregate(stage, shape.Stages[SalientPatch.Stage(shape.Stages.Count)], shape.Stages[0], map);
        map.Slice(patch * channels, channels).CopyTo(feature);
    }
}
