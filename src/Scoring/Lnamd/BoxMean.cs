using System.Numerics;

namespace MuSc.Scoring.Lnamd;

/// <summary>
/// The mean over the r × r window of every patch, stride 1, zero padding counted in the mean (SPEC 3): first along the
/// rows of the grid, then along its columns, r additions each.
/// </summary>
internal static class BoxMean
{
    // Channels of a grid column that are copied aside at a time, so that the second pass can work in place.
    private const int Strip = 64;

    /// <param name="stage">[G·G × C].</param>
    /// <param name="grid">G.</param>
    /// <param name="channels">C.</param>
    /// <param name="degree">r, odd.</param>
    /// <param name="mean">Subtracted from every value before the sums: the padding is zero after centring, not before.</param>
    /// <param name="scale">Multiplies every result.</param>
    /// <param name="means">[G·G × C], not overlapping <paramref name="stage"/>.</param>
    public static void Apply(ReadOnlySpan<float> stage, int grid, int channels, int degree, float mean, float scale, Span<float> means)
    {
        int reach = degree / 2;
        for (int row = 0; row < grid; row++)
        {
            int line = row * grid * channels;
            for (int column = 0; column < grid; column++)
            {
                Span<float> sum = means.Slice(line + (column * channels), channels);
                int from = Math.Max(0, column - reach);
                sum.Clear();
                for (int other = from; other <= Math.Min(grid - 1, column + reach); other++)
                {
                    Add(sum, stage.Slice(line + (other * channels), channels), mean);
                }
            }
        }

        SumColumns(means, grid, channels, reach, scale / (degree * degree));
    }

    private static void SumColumns(Span<float> values, int grid, int channels, int reach, float scale)
    {
        Span<float> strip = grid * Strip <= 8192 ? stackalloc float[grid * Strip] : new float[grid * Strip];
        for (int column = 0; column < grid; column++)
        {
            for (int channel = 0; channel < channels; channel += Strip)
            {
                int width = Math.Min(Strip, channels - channel);
                for (int row = 0; row < grid; row++)
                {
                    values.Slice((((row * grid) + column) * channels) + channel, width).CopyTo(strip[(row * Strip)..]);
                }

                for (int row = 0; row < grid; row++)
                {
                    Span<float> sum = values.Slice((((row * grid) + column) * channels) + channel, width);
                    int from = Math.Max(0, row - reach);
                    sum.Clear();
                    for (int other = from; other <= Math.Min(grid - 1, row + reach); other++)
                    {
                        Add(sum, strip.Slice(other * Strip, width), 0);
                    }

                    Scale(sum, scale);
                }
            }
        }
    }

    private static void Add(Span<float> sum, ReadOnlySpan<float> values, float mean)
    {
        Vector<float> means = new(mean);
        int at = 0;
        for (; at <= sum.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            (new Vector<float>(sum[at..]) + (new Vector<float>(values[at..]) - means)).CopyTo(sum[at..]);
        }

        for (; at < sum.Length; at++)
        {
            sum[at] += values[at] - mean;
        }
    }

    private static void Scale(Span<float> values, float scale)
    {
        for (int at = 0; at < values.Length; at++)
        {
            values[at] *= scale;
        }
    }
}
