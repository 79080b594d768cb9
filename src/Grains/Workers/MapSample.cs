using MuSc.Features;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Grains.Workers;

/// <summary>Takes some tokens of a map, to choose its kernel by.</summary>
/// <param name="stage">The map's stage.</param>
/// <param name="map">The first stage's shape, which maps have.</param>
/// <param name="degree">The degree.</param>
public sealed class MapSample(StageShape stage, StageShape map, int degree)
{
    /// <summary>Tokens spread over some images of these blocks (<see cref="TokenSample"/>).</summary>
    /// <param name="blocks">[n × P × C] of the stage, each.</param>
    /// <returns>[S × C].</returns>
    public float[] Of(IReadOnlyList<float[]> blocks)
    {
        (float[] Tokens, int Start)[] images = [.. blocks.SelectMany(
            tokens => Enumerable.Range(0, tokens.Length / stage.Length).Select(image => (tokens, image * stage.Length)))];
        float[] aggregated = new float[map.Length];
        return TokenSample.Of(images.Length, map.Patches, map.Channels, image =>
        {
            (float[] tokens, int start) = images[image];
            Scoring.Lnamd.Aggregate(
                tokens.AsSpan(start, stage.Length), stage.Grid, stage.Channels, degree, map.Grid, map.Channels, aggregated);
            return aggregated;
        });
    }
}
