namespace MuSc.Scoring.Decisions;

/// <summary>The threshold between two groups: where the geometric mean of their means lies, counted from the 10th percentile.</summary>
public static class GeometricSplit
{
    /// <summary>The threshold.</summary>
    /// <param name="scores">[N ≥ 5] in units, ascending, the last above the 10th percentile.</param>
    /// <param name="sensitivity">s; larger flags more.</param>
    /// <returns>In units: the middle of the gap between the two groups, so that rounding elsewhere cannot change a decision.</returns>
    public static long Threshold(ReadOnlySpan<long> scores, double sensitivity)
    {
        int images = scores.Length;
        long origin = scores[images / 10];
        long[] above = new long[images];
        long[] sums = new long[images + 1];
        for (int image = 0; image < images; image++)
        {
            above[image] = Math.Max(scores[image] - origin, 0);
            sums[image + 1] = sums[image] + above[image];
        }

        // From the mean on. The map of a split to the next is monotone, so it ends after at most N rounds.
        int split = Math.Clamp(CountUpTo(above, sums[images] / images), 1, images - 1);
        double middle;
        while (true)
        {
            middle = Math.Sqrt((double)sums[split] / split * ((double)(sums[images] - sums[split]) / (images - split)));
            int next = Math.Clamp(CountUpTo(above, middle), 1, images - 1);
            if (next == split)
            {
                break;
            }

            split = next;
        }

        int normal = Math.Clamp(CountUpTo(above, middle / sensitivity), 1, images);
        return normal < images ? (scores[normal - 1] + scores[normal] + 1) / 2 : scores[^1] + 1;
    }

    // How many of the ascending values are at most the limit.
    private static int CountUpTo(long[] ascending, double limit)
    {
        int low = 0, high = ascending.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = ascending[middle] <= limit ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
