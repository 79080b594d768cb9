namespace MuSc.Scoring.Decisions;

/// <summary>The threshold above which an image of a set without two groups stands out: the median and 2.5 robust standard deviations.</summary>
public static class OutlierThreshold
{
    /// <summary>The threshold.</summary>
    /// <param name="scores">[N ≥ 5] in units, ascending.</param>
    /// <param name="sensitivity">s; larger flags more.</param>
    /// <returns>In units.</returns>
    public static long Threshold(ReadOnlySpan<long> scores, double sensitivity)
    {
        long twiceMedian = Medians.Twice(scores);
        long[] deviations = new long[scores.Length];
        for (int image = 0; image < scores.Length; image++)
        {
            deviations[image] = Math.Abs((2 * scores[image]) - twiceMedian);
        }

        Array.Sort(deviations);
        long median = Medians.Twice(deviations);

        // 1.4826 MAD; where half of the set is tied, the mean absolute deviation.
        double deviation = median > 0 ? 0.37065 * median : 1.253314 * deviations.Sum() / (2.0 * scores.Length);
        return (long)Math.Floor((0.5 * twiceMedian) + (2.5 / sensitivity * deviation)) + 1;
    }
}
