using MuSc.Contracts;

namespace MuSc.Scoring.Interval;

/// <summary>Reduces a patch's distances to its scorers to one score (SPEC 4; paper, Eq. 5).</summary>
public static class IntervalAverage
{
    /// <summary>Reduces all M values of a patch.</summary>
    /// <param name="values">[M] distances in any order, none NaN, M ≥ 1; they are reordered.</param>
    /// <param name="range">Which of the sorted values count.</param>
    /// <param name="reduction">What becomes of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no value.</exception>
    public static double Reduce(Span<float> values, IntervalRange range, Reduction reduction)
    {
        (int first, int end) = range.Positions(values.Length);
        return ReduceLowest(values, first, end, reduction);
    }

    /// <summary>Reduces a patch of which at least the lowest <paramref name="end"/> values are known.</summary>
    /// <param name="lowest">The lowest values in any order; they are reordered.</param>
    /// <param name="first">First kept position among the sorted values.</param>
    /// <param name="end">End of the kept positions, exclusive; greater than <paramref name="first"/>.</param>
    /// <param name="reduction">What becomes of the kept values.</param>
    public static double ReduceLowest(Span<float> lowest, int first, int end, Reduction reduction)
    {
        NthElement.Partition(lowest, end);
        Span<float> kept = lowest[..end];
        RadixSort.Sort(kept);
        return reduction switch
        {
            Reduction.Mean => Mean(kept[first..]),
            Reduction.Min => kept[first],
            Reduction.Max => kept[^1],
            _ => throw new ArgumentOutOfRangeException(nameof(reduction), reduction, null),
        };
    }

    /// <summary>The mean, summed in float64 from the lowest value on, so that it does not depend on the order of arrival.</summary>
    private static double Mean(ReadOnlySpan<float> sorted)
    {
        double sum = 0;
        foreach (float value in sorted)
        {
            sum += value;
        }

        return sum / sorted.Length;
    }
}
