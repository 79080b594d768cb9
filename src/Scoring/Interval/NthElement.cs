namespace MuSc.Scoring.Interval;

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
