namespace MuSc.Scoring.RsCin;

/// <summary>
/// Rescoring with constrained image-level neighbourhoods (SPEC 6; paper, Eq. 7–8): an image's score becomes the mean of
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
    /// <exception cref="ArgumentException">A length or a window does not fit.</exception>
    public static void Rescore(
        ReadOnlySpan<double> scores, ReadOnlySpan<float> classTokens, int channels, IReadOnlyList<int> windows,
        Span<double> rescored)
    {
        int images = scores.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(classTokens.Length, (long)images * channels, nameof(classTokens));
        ArgumentOutOfRangeException.ThrowIfNotEqual(rescored.Length, images, nameof(rescored));
        ArgumentOutOfRangeException.ThrowIfZero(windows.Count, nameof(windows));
        foreach (int window in windows)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(window, 1, nameof(windows));
        }

        double[] normalized = Normalize(scores);
        Neighbours neighbours = new(Math.Min(images, windows.Max()));
        SimilarityRows similarity = new(classTokens, images, channels);
        float[] row = new float[images];
        for (int image = 0; image < images; image++)
        {
            similarity.Read(image, row);
            neighbours.Select(row);
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
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (double score in scores)
        {
            low = Math.Min(low, score);
            high = Math.Max(high, score);
        }

        double[] normalized = new double[scores.Length];
        for (int image = 0; high > low && image < normalized.Length; image++)
        {
            normalized[image] = (scores[image] - low) / (high - low);
        }

        return normalized;
    }
}
