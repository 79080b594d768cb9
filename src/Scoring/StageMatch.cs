namespace MuSc.Scoring;

/// <summary>
/// Brings a stage to the first stage's shape (docs/method.md, Aggregation): bilinear over the grid with align_corners = false, then the
/// adaptive mean over the channels.
/// </summary>
internal static class StageMatch
{
    /// <summary>Resamples [G·G × C] to the shape of the map.</summary>
    public static void Resample(ReadOnlySpan<float> stage, int grid, int channels, int mapGrid, int mapChannels, Span<float> map)
    {
        float[] token = new float[channels];
        for (int row = 0; row < mapGrid; row++)
        {
            (int top, int bottom, float down) = Source(row, grid, mapGrid);
            for (int column = 0; column < mapGrid; column++)
            {
                (int left, int right, float across) = Source(column, grid, mapGrid);
                for (int channel = 0; channel < channels; channel++)
                {
                    float above = Between(stage[At(top, left)], stage[At(top, right)], across);
                    float below = Between(stage[At(bottom, left)], stage[At(bottom, right)], across);
                    token[channel] = Between(above, below, down);

                    int At(int y, int x) => (((y * grid) + x) * channels) + channel;
                }

                AdaptiveMean(token, map.Slice(((row * mapGrid) + column) * mapChannels, mapChannels));
            }
        }
    }

    /// <summary>The two source positions around a target position, and how far it lies towards the second.</summary>
    private static (int First, int Second, float Share) Source(int target, int size, int targetSize)
    {
        float position = MathF.Max(0, ((target + 0.5f) * size / targetSize) - 0.5f);
        int first = Math.Min((int)position, size - 1);
        return (first, Math.Min(first + 1, size - 1), position - first);
    }

    private static float Between(float from, float to, float share) => (from * (1 - share)) + (to * share);

    /// <summary>Result c is the mean over the channels ⌊c·C/C'⌋ … ⌈(c+1)·C/C'⌉ − 1.</summary>
    private static void AdaptiveMean(ReadOnlySpan<float> token, Span<float> result)
    {
        for (int channel = 0; channel < result.Length; channel++)
        {
            int from = (int)((long)channel * token.Length / result.Length);
            int end = (int)((((long)(channel + 1) * token.Length) + result.Length - 1) / result.Length);
            double sum = 0;
            foreach (float value in token[from..end])
            {
                sum += value;
            }

            result[channel] = (float)(sum / (end - from));
        }
    }
}
