using System.Buffers;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring;

/// <summary>
/// Similarity-weighted neighbourhood aggregation (MuSc-V2, docs/method.md): one feature a patch and stage, of all degrees together. Each
/// neighbour counts by how alike it is, w = exp(−‖f(q) − f(p)‖), so that a patch is averaged with what continues it and not with what lies
/// across an edge.
/// </summary>
public static class Snamd
{
    /// <summary>Weighted mean over the windows of all degrees, then L2 normalisation of every patch.</summary>
    /// <param name="stage">[G·G × C] row-major, without class position, finite; taken as the backbone gives it.</param>
    /// <param name="grid">G of the stage.</param>
    /// <param name="channels">C of the stage.</param>
    /// <param name="degrees">Aggregation degrees, odd, at least 1; they may exceed G.</param>
    /// <param name="unitFirst">Whether tokens are brought to unit length first: a variant in which distances are small and weights large.</param>
    /// <param name="mapGrid">G of the map: the first stage's. A stage of another grid is brought to it before it is aggregated.</param>
    /// <param name="mapChannels">C of the map: the first stage's.</param>
    /// <param name="map">[P × C] of the map; overwritten with rows of unit norm, or zero where the mean is zero.</param>
    /// <exception cref="ArgumentException">A length, a degree or a shape does not fit.</exception>
    public static void Aggregate(
        ReadOnlySpan<float> stage, int grid, int channels, IReadOnlyList<int> degrees, bool unitFirst, int mapGrid, int mapChannels, Span<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(stage.Length, grid * grid * channels, nameof(stage));
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, mapGrid * mapGrid * mapChannels, nameof(map));
        if (degrees.Count == 0 || degrees.Any(degree => degree < 1 || degree % 2 == 0))
        {
            throw new ArgumentOutOfRangeException(nameof(degrees), string.Join(',', degrees), "An aggregation degree is odd: 1, 3, 5, …");
        }

        bool resized = grid != mapGrid || channels != mapChannels;
        float[]? room = resized || unitFirst ? ArrayPool<float>.Shared.Rent(map.Length) : null;
        Span<float> own = room.AsSpan(0, room is null ? 0 : map.Length);
        if (resized)
        {
            StageMatch.Resample(stage, grid, channels, mapGrid, mapChannels, own);
        }
        else if (unitFirst)
        {
            stage.CopyTo(own);
        }

        if (unitFirst)
        {
            UnitNorm.Rows(own, mapChannels);
        }

        Average(room is null ? stage : own, mapGrid, mapChannels, degrees, map);
        UnitNorm.Rows(map, mapChannels);
        if (room is not null)
        {
            ArrayPool<float>.Shared.Return(room);
        }
    }

    private static void Average(ReadOnlySpan<float> tokens, int grid, int channels, IReadOnlyList<int> degrees, Span<float> means)
    {
        // Beyond so many steps every position lies outside the grid, whatever the patch: these are counted, not listed.
        int reach = Math.Min(degrees.Max() / 2, grid - 1);
        int width = (2 * reach) + 1;
        int patches = grid * grid;

        // [P × width²] weights; that of a patch's own place is 1. w is symmetric: half of the distances are worked out.
        float[] weights = ArrayPool<float>.Shared.Rent(checked(patches * width * width));
        Weigh(tokens, grid, channels, reach, weights);
        Span<double> shares = degrees.Count <= 64 ? stackalloc double[degrees.Count] : new double[degrees.Count];
        for (int patch = 0; patch < patches; patch++)
        {
            (int row, int column) = Math.DivRem(patch, grid);
            ReadOnlySpan<float> own = weights.AsSpan(patch * width * width, width * width);
            double outside = Weight(LayerNormalization.Sum(tokens.Slice(patch * channels, channels), 0, squared: true));
            for (int at = 0; at < degrees.Count; at++)
            {
                int inner = Math.Min(degrees[at] / 2, reach);
                double beyond = ((double)degrees[at] * degrees[at]) - ((2.0 * inner) + 1) * ((2.0 * inner) + 1);
                shares[at] = 1 / ((Sum(own, reach, inner) + (beyond * outside)) * degrees.Count);
            }

            Span<float> mean = means.Slice(patch * channels, channels);
            mean.Clear();
            for (int y = Math.Max(-reach, -row); y <= Math.Min(reach, grid - 1 - row); y++)
            {
                for (int x = Math.Max(-reach, -column); x <= Math.Min(reach, grid - 1 - column); x++)
                {
                    double share = 0;
                    for (int at = 0; at < degrees.Count; at++)
                    {
                        share += Math.Max(Math.Abs(x), Math.Abs(y)) <= degrees[at] / 2 ? shares[at] : 0;
                    }

                    float weight = (float)(share * own[((y + reach) * width) + x + reach]);
                    if (weight != 0)
                    {
                        AddScaled(mean, tokens.Slice((((row + y) * grid) + column + x) * channels, channels), weight);
                    }
                }
            }
        }

        ArrayPool<float>.Shared.Return(weights);
    }

    // The weights of a window of one degree, those outside the grid among them.
    private static double Sum(ReadOnlySpan<float> weights, int reach, int inner)
    {
        int width = (2 * reach) + 1;
        double sum = 0;
        for (int y = reach - inner; y <= reach + inner; y++)
        {
            for (int x = reach - inner; x <= reach + inner; x++)
            {
                sum += weights[(y * width) + x];
            }
        }

        return sum;
    }

    private static void Weigh(ReadOnlySpan<float> tokens, int grid, int channels, int reach, Span<float> weights)
    {
        int width = (2 * reach) + 1;
        int window = width * width;
        for (int patch = 0; patch < grid * grid; patch++)
        {
            (int row, int column) = Math.DivRem(patch, grid);
            ReadOnlySpan<float> token = tokens.Slice(patch * channels, channels);
            Span<float> own = weights.Slice(patch * window, window);

            // Outside the grid lie zeros, from which the token is as far as it is long.
            float outside = Weight(LayerNormalization.Sum(token, 0, squared: true));
            own[window / 2] = 1;
            for (int place = 0; place < window; place++)
            {
                int y = row + (place / width) - reach, x = column + (place % width) - reach;
                if (y < 0 || y >= grid || x < 0 || x >= grid)
                {
                    own[place] = outside;
                }
                else if (place > window / 2)
                {
                    int other = (y * grid) + x;
                    float weight = Weight(SquaredDistance(token, tokens.Slice(other * channels, channels)));
                    own[place] = weight;
                    weights[(other * window) + window - 1 - place] = weight;
                }
            }
        }
    }

    private static float Weight(double squaredDistance) => (float)Math.Exp(-Math.Sqrt(squaredDistance));

    // From the differences: near-equal neighbours are those whose weight counts, and norms and products would not tell them apart.
    private static double SquaredDistance(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        Vector512<float> sum = default;
        ReadOnlySpan<Vector512<float>> left = MemoryMarshal.Cast<float, Vector512<float>>(one);
        ReadOnlySpan<Vector512<float>> right = MemoryMarshal.Cast<float, Vector512<float>>(other);
        for (int at = 0; at < left.Length; at++)
        {
            Vector512<float> difference = left[at] - right[at];
            sum += difference * difference;
        }

        // Lane by lane, in the same order on every processor.
        double rest = 0;
        for (int lane = 0; lane < Vector512<float>.Count; lane++)
        {
            rest += sum[lane];
        }

        for (int at = left.Length * Vector512<float>.Count; at < one.Length; at++)
        {
            double difference = (double)one[at] - other[at];
            rest += difference * difference;
        }

        return rest;
    }

    private static void AddScaled(Span<float> sum, ReadOnlySpan<float> values, float scale)
    {
        Span<Vector512<float>> sums = MemoryMarshal.Cast<float, Vector512<float>>(sum);
        ReadOnlySpan<Vector512<float>> vectors = MemoryMarshal.Cast<float, Vector512<float>>(values);
        for (int at = 0; at < sums.Length; at++)
        {
            sums[at] += vectors[at] * scale;
        }

        for (int at = sums.Length * Vector512<float>.Count; at < sum.Length; at++)
        {
            sum[at] += values[at] * scale;
        }
    }
}
