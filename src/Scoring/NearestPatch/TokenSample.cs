namespace MuSc.Scoring.NearestPatch;

/// <summary>Some tokens of a map, to choose its kernel by.</summary>
public static class TokenSample
{
    private const int Images = 8;

    /// <summary>Gives an image's tokens of the map, [P × C].</summary>
    /// <param name="image">0 … images − 1.</param>
    public delegate ReadOnlySpan<float> TokensOf(int image);

    /// <summary>Tokens spread over some images: <see cref="NearestPatchKernels.SampleTokens"/> where there are so many images and patches.</summary>
    /// <param name="images">How many images there are.</param>
    /// <param name="patches">P.</param>
    /// <param name="channels">C.</param>
    /// <param name="tokensOf">Asked for one image after the other.</param>
    /// <returns>[S × C].</returns>
    public static float[] Of(int images, int patches, int channels, TokensOf tokensOf)
    {
        int sampled = Math.Min(images, Images);
        int taken = Math.Min(patches, NearestPatchKernels.SampleTokens / Images);
        float[] sample = new float[sampled * taken * channels];
        for (int at = 0; at < sampled; at++)
        {
            ReadOnlySpan<float> tokens = tokensOf((int)((long)at * images / sampled));
            for (int patch = 0; patch < taken; patch++)
            {
                int from = (int)((long)patch * patches / taken) * channels;
                tokens.Slice(from, channels).CopyTo(sample.AsSpan(((at * taken) + patch) * channels));
            }
        }

        return sample;
    }
}
