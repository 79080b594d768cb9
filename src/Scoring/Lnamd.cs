using System.Numerics;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring;

/// <summary>
/// Local neighbourhood aggregation with one degree (docs/method.md, Aggregation; paper, Eq. 1–2): turns one image's stage into a map of unit
/// tokens. Stages of another grid or width than the first (Swin) are brought to the map's shape.
/// </summary>
public static class Lnamd
{
    /// <summary>LayerNorm, r × r mean, then L2 normalisation of every patch.</summary>
    /// <param name="stage">[G·G × C] row-major, without class position, finite.</param>
    /// <param name="grid">G of the stage.</param>
    /// <param name="channels">C of the stage.</param>
    /// <param name="degree">Aggregation degree r, odd, at least 1.</param>
    /// <param name="mapGrid">G of the map: the first stage's.</param>
    /// <param name="mapChannels">C of the map: the first stage's.</param>
    /// <param name="map">[P × C] of the map; overwritten with rows of unit norm, or zero where the aggregate is zero.</param>
    /// <exception cref="ArgumentException">A length, the degree or a shape does not fit.</exception>
    public static void Aggregate(
        ReadOnlySpan<float> stage, int grid, int channels, int degree, int mapGrid, int mapChannels, Span<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(stage.Length, grid * grid * channels, nameof(stage));
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, mapGrid * mapGrid * mapChannels, nameof(map));
        if (degree < 1 || degree % 2 == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(degree), degree, "An aggregation degree is odd: 1, 3, 5, …");
        }

        if (grid == mapGrid && channels == mapChannels)
        {
            Average(stage, grid, channels, degree, map);
        }
        else
        {
            float[] averaged = new float[stage.Length];
            Average(stage, grid, channels, degree, averaged);
            StageMatch.Resample(averaged, grid, channels, mapGrid, mapChannels, map);
        }

        UnitNorm.Rows(map, mapChannels);
    }

    private static void Average(ReadOnlySpan<float> stage, int grid, int channels, int degree, Span<float> result)
    {
        (float mean, float scale) = LayerNormalization.Moments(stage);
        if (degree == 1)
        {
            for (int at = 0; at < stage.Length; at++)
            {
                result[at] = (stage[at] - mean) * scale;
            }

            return;
        }

        // Centred first: the padding is zero after normalisation, not before. The scale comes last, it commutes.
        BoxMean.Apply(stage, grid, channels, degree, mean, scale, result);
    }
}

/// <summary>LayerNorm over all values of one image's stage together: no affine part, biased variance (docs/method.md, Aggregation).</summary>
internal static class LayerNormalization
{
    private const double Epsilon = 1e-5;

    /// <summary>Mean and reciprocal deviation.</summary>
    public static (float Mean, float Scale) Moments(ReadOnlySpan<float> values)
    {
        double mean = Sum(values, 0, squared: false) / values.Length;
        double variance = Sum(values, mean, squared: true) / values.Length;
        return ((float)mean, (float)(1 / Math.Sqrt(variance + Epsilon)));
    }

    /// <summary>Σ (x − mean), or of its squares, in float64 over eight interleaved lanes on every processor.</summary>
    public static double Sum(ReadOnlySpan<float> values, double mean, bool squared)
    {
        Vector512<double> low = default;
        Vector512<double> high = default;
        Vector512<double> means = Vector512.Create(mean);
        ReadOnlySpan<Vector512<float>> vectors = MemoryMarshal.Cast<float, Vector512<float>>(values);
        foreach (Vector512<float> vector in vectors)
        {
            (Vector512<double> first, Vector512<double> second) = Vector512.Widen(vector);
            first -= means;
            second -= means;
            low += squared ? first * first : first;
            high += squared ? second * second : second;
        }

        double rest = 0;
        foreach (float value in values[(vectors.Length * Vector512<float>.Count)..])
        {
            double centred = value - mean;
            rest += squared ? centred * centred : centred;
        }

        return Vector512.Sum(low + high) + rest;
    }
}

/// <summary>
/// The mean over the r × r window of every patch, stride 1, zero padding counted in the mean (docs/method.md, Aggregation): first along the
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

                    foreach (ref float value in sum)
                    {
                        value *= scale;
                    }
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
}

/// <summary>L2 normalisation of token rows. A row of zeros stays zero.</summary>
public static class UnitNorm
{
    /// <summary>Divides every row by its length, which is summed in float64.</summary>
    /// <param name="tokens">[rows × C] row-major; normalised in place.</param>
    /// <param name="channels">C, at least 1.</param>
    public static void Rows(Span<float> tokens, int channels)
    {
        for (int start = 0; start < tokens.Length; start += channels)
        {
            Span<float> token = tokens.Slice(start, channels);
            double norm = Math.Sqrt(LayerNormalization.Sum(token, 0, squared: true));
            if (norm > 0)
            {
                Divide(token, (float)norm);
            }
        }
    }

    private static void Divide(Span<float> token, float norm)
    {
        Vector<float> norms = new(norm);
        int at = 0;
        for (; at <= token.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            (new Vector<float>(token[at..]) / norms).CopyTo(token[at..]);
        }

        for (; at < token.Length; at++)
        {
            token[at] /= norm;
        }
    }
}

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
