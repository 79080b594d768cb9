using System.Buffers;

namespace MuSc.Scoring;

/// <summary>Reduces a patch's distances to its scorers to one score (docs/method.md, Mutual scoring; paper, Eq. 5).</summary>
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

/// <summary>Partial sorting: brings the lowest values to the front without sorting them.</summary>
public static class NthElement
{
    // Below this, sorting is as quick as partitioning further.
    private const int SortedOutright = 16;

    // Values that a pivot is chosen from.
    private const int Sampled = 9;

    /// <summary>Reorders so that the first <paramref name="count"/> values are the lowest ones.</summary>
    /// <param name="values">Values, none NaN.</param>
    /// <param name="count">0 … their number.</param>
    public static void Partition(Span<float> values, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, values.Length);
        while (count > 0 && count < values.Length)
        {
            if (values.Length <= SortedOutright)
            {
                values.Sort();
                return;
            }

            float pivot = Pivot(values, count);
            int below = Gather(values, pivot, equal: false);
            if (count <= below)
            {
                values = values[..below];
                continue;
            }

            int notAbove = below + Gather(values[below..], pivot, equal: true);
            if (count <= notAbove)
            {
                return;
            }

            values = values[notAbove..];
            count -= notAbove;
        }
    }

    // One of the values: near the one looked for, and a little towards the middle, so that most are likely settled at once.
    private static float Pivot(ReadOnlySpan<float> values, int count)
    {
        Span<float> sample = stackalloc float[Sampled];
        for (int at = 0; at < Sampled; at++)
        {
            sample[at] = values[(int)((long)at * values.Length / Sampled)];
        }

        sample.Sort();
        int rank = (int)((long)count * Sampled / values.Length);
        return sample[rank < Sampled / 2 ? rank + 1 : rank - 1];
    }

    // Brings the values below the pivot, or equal to it, to the front. Each is swapped, wanted or not: a branch on random
    // values is mispredicted half the time and costs more than all of this.
    private static int Gather(Span<float> values, float pivot, bool equal)
    {
        int front = 0;
        for (int at = 0; at < values.Length; at++)
        {
            float value = values[at];
            values[at] = values[front];
            values[front] = value;
            front += (equal ? value <= pivot : value < pivot) ? 1 : 0;
        }

        return front;
    }
}

/// <summary>
/// Sorts many float32 values by the bytes of their bits, lowest byte first: no comparison to mispredict, so that some
/// hundred distances take a quarter of the time that sorting by comparison takes.
/// </summary>
public static class RadixSort
{
    private const int Buckets = 256;
    private const int Passes = 4;

    // Below this, clearing and summing the counts costs more than it saves.
    private const int SortedByComparison = 96;

    /// <summary>Sorts in ascending order; −0 comes before 0.</summary>
    /// <param name="values">Values, none NaN.</param>
    public static void Sort(Span<float> values)
    {
        if (values.Length < SortedByComparison)
        {
            values.Sort();
            return;
        }

        uint[] scratch = ArrayPool<uint>.Shared.Rent(values.Length);
        Sort(MemoryMarshal.Cast<float, uint>(values), scratch.AsSpan(0, values.Length));
        ArrayPool<uint>.Shared.Return(scratch);
    }

    private static void Sort(Span<uint> values, Span<uint> scratch)
    {
        Span<int> counts = stackalloc int[Passes * Buckets];
        counts.Clear();
        foreach (ref uint value in values)
        {
            // Flipped so that the bits ascend with the value: the sign of positive ones, everything of negative ones.
            value ^= (uint)((int)value >> 31) | 0x8000_0000;
            for (int pass = 0; pass < Passes; pass++)
            {
                counts[(pass * Buckets) + Byte(value, pass)]++;
            }
        }

        // Four passes: what begins in the values ends there.
        for (int pass = 0; pass < Passes; pass++)
        {
            Scatter(values, scratch, pass, counts.Slice(pass * Buckets, Buckets));
            Span<uint> sorted = scratch;
            scratch = values;
            values = sorted;
        }

        foreach (ref uint value in values)
        {
            value ^= (uint)(~(int)value >> 31) | 0x8000_0000;
        }
    }

    private static void Scatter(ReadOnlySpan<uint> from, Span<uint> to, int pass, Span<int> counts)
    {
        int start = 0;
        foreach (ref int count in counts)
        {
            (start, count) = (start + count, start);
        }

        foreach (uint value in from)
        {
            to[counts[Byte(value, pass)]++] = value;
        }
    }

    private static int Byte(uint value, int pass) => (int)(value >> (8 * pass)) & (Buckets - 1);
}
