using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring;

/// <summary>
/// Rescoring with constrained image-level neighbourhoods (docs/method.md, Rescoring; paper, Eq. 7–8): an image's score becomes the mean of
/// the scores of the images most like it, weighted by the likeness of their class tokens. Memory grows with N, not N².
/// </summary>
public static class RsCin
{
    /// <summary>Rescores a set.</summary>
    /// <param name="scores">[N] image scores; they are min-max normalised over the set first.</param>
    /// <param name="classTokens">[N × D] row-major, taken as given.</param>
    /// <param name="channels">D, at least 1.</param>
    /// <param name="windows">Window sizes k, each at least 1; sizes above N are cut to N. The result is the mean over them.</param>
    /// <param name="rescored">[N].</param>
    /// <param name="first">The first image that is rescored; those before it stay as they are in <paramref name="rescored"/>.</param>
    /// <exception cref="ArgumentException">A length or a window does not fit.</exception>
    public static void Rescore(
        ReadOnlySpan<double> scores, ReadOnlySpan<float> classTokens, int channels, IReadOnlyList<int> windows,
        Span<double> rescored, int first = 0)
    {
        int images = scores.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(classTokens.Length, (long)images * channels, nameof(classTokens));
        ArgumentOutOfRangeException.ThrowIfNotEqual(rescored.Length, images, nameof(rescored));
        ArgumentOutOfRangeException.ThrowIfZero(windows.Count, nameof(windows));
        ArgumentOutOfRangeException.ThrowIfLessThan(windows.Min(), 1, nameof(windows));

        double[] normalized = Normalize(scores);
        Neighbours neighbours = new(Math.Min(images, windows.Max()));

        // Rows of W = T·Tᵀ in float32 and channel order, a panel of them at a time.
        SimdNearestPatchKernel product = new(channels);
        float[] packed = new float[product.PackedLength(images)];
        product.Pack(classTokens, images, packed);
        float[] rows = new float[product.Width * images];
        for (int image = first; image < images; image++)
        {
            int row = image % product.Width;
            if (row == 0 || image == first)
            {
                product.Rows(packed, images, packed, images, image - row, rows);
            }

            neighbours.Select(rows.AsSpan(row * images, images));
            double sum = 0;
            foreach (int window in windows)
            {
                sum += neighbours.Average(normalized, Math.Min(window, images), normalized[image]);
            }

            rescored[image] = sum / windows.Count;
        }
    }

    /// <summary>Min-max normalisation to [0, 1]; all equal gives zeros.</summary>
    private static double[] Normalize(ReadOnlySpan<double> scores)
    {
        double[] normalized = scores.ToArray();
        double low = normalized.Min();
        double range = normalized.Max() - low;
        foreach (ref double score in normalized.AsSpan())
        {
            score = range > 0 ? (score - low) / range : 0;
        }

        return normalized;
    }
}

/// <summary>The images most like one image: the largest entries of its row of W, ties to the lower index.</summary>
/// <param name="count">How many are wanted, at least 1.</param>
internal sealed class Neighbours(int count)
{
    private readonly float[] _weights = new float[count];
    private readonly int[] _images = new int[count];

    /// <summary>Finds the largest entries of a row of at least as many as are wanted, largest first.</summary>
    public void Select(ReadOnlySpan<float> row)
    {
        int held = 0;
        for (int image = 0; image < row.Length; image++)
        {
            float weight = row[image];
            if (held == _weights.Length && !(weight > _weights[held - 1]))
            {
                continue;
            }

            // Strictly larger only: among equals the one that came first stays ahead.
            int place = held < _weights.Length ? held++ : held - 1;
            for (; place > 0 && weight > _weights[place - 1]; place--)
            {
                _weights[place] = _weights[place - 1];
                _images[place] = _images[place - 1];
            }

            _weights[place] = weight;
            _images[place] = image;
        }
    }

    /// <summary>The weighted mean of the scores of the nearest, or the fallback where the weights sum to 0 or less.</summary>
    public double Average(ReadOnlySpan<double> scores, int window, double fallback)
    {
        double weights = 0;
        double sum = 0;
        for (int place = 0; place < window; place++)
        {
            weights += _weights[place];
            sum += _weights[place] * scores[_images[place]];
        }

        return weights > 0 ? sum / weights : fallback;
    }
}
