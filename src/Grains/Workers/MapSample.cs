using MuSc.Features;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Grains.Workers;

/// <summary>Takes some tokens of a map, to choose its kernel by.</summary>
/// <param name="stage">The map's stage.</param>
/// <param name="map">The first stage's shape, which maps have.</param>
/// <param name="degree">The degree.</param>
public sealed class MapSample(StageShape stage, StageShape map, int degree)
{
    private const int Images = 8;

    /// <summary>Tokens spread over some images of these blocks, about <see cref="NearestPatchKernels.SampleTokens"/> where there are as many images.</summary>
    /// <param name="blocks">[n × P × C] of the stage, each.</param>
    /// <returns>[S × C].</returns>
    public float[] Of(IReadOnlyList<float[]> blocks)
    {
        (int Block, int Start)[] images = [.. blocks.SelectMany(
            (tokens, block) => Enumerable.Range(0, tokens.Length / stage.Length).Select(image => (block, image * stage.Length)))];
        int sampled = Math.Min(images.Length, Images);
        int patches = Math.Min(map.Patches, NearestPatchKernels.SampleTokens / Images);
        float[] aggregated = new float[map.Length];
        float[] sample = new float[sampled * patches * map.Channels];
        for (int at = 0; at < sampled; at++)
        {
            (int block, int start) = images[at * images.Length / sampled];
            Scoring.Lnamd.Lnamd.Aggregate(
                blocks[block].AsSpan(start, stage.Length), stage.Grid, stage.Channels, degree, map.Grid, map.Channels, aggregated);
            for (int patch = 0; patch < patches; patch++)
            {
                aggregated.AsSpan(patch * map.Patches / patches * map.Channels, map.Channels)
                    .CopyTo(sample.AsSpan(((at * patches) + patch) * map.Channels));
            }
        }

        return sample;
    }
}
