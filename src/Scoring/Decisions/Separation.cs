namespace MuSc.Scoring.Decisions;

/// <summary>Whether a set's peaks form two groups.</summary>
public static class Separation
{
    /// <summary>The least set that is decided.</summary>
    public const int LeastImages = 5;

    /// <summary>
    /// Whether the 90th percentile is 1.5 times the 10th, or is 1.3 times it and lies 1.75 times as far above the median as the 10th lies below.
    /// </summary>
    /// <param name="peaks">[N ≥ 5] in units, ascending.</param>
    public static bool IsThere(ReadOnlySpan<long> peaks)
    {
        int tenth = peaks.Length / 10;
        long low = peaks[tenth], high = peaks[^(tenth + 1)], twiceMedian = Medians.Twice(peaks);
        return high > low
            && (2 * high >= 3 * low || (10 * high >= 13 * low && 4 * ((2 * high) - twiceMedian) >= 7 * (twiceMedian - (2 * low))));
    }
}

/// <summary>Medians in integers.</summary>
internal static class Medians
{
    /// <summary>Twice the median.</summary>
    /// <param name="ascending">At least one value.</param>
    public static long Twice(ReadOnlySpan<long> ascending) => ascending[(ascending.Length - 1) / 2] + ascending[ascending.Length / 2];
}
