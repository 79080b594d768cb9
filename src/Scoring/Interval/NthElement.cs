namespace MuSc.Scoring.Interval;

/// <summary>Partial sorting: brings the lowest values to the front without sorting them.</summary>
public static class NthElement
{
    // Below this, sorting is as quick as partitioning further.
    private const int SortedOutright = 16;

    /// <summary>Reorders so that the first <paramref name="count"/> values are the lowest ones.</summary>
    /// <param name="values">Values, none NaN.</param>
    /// <param name="count">0 … their number.</param>
    public static void Partition(Span<float> values, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, values.Length);
        int low = 0;
        int high = values.Length;
        while (count > low && count < high && high - low > SortedOutright)
        {
            (int below, int above) = Split(values, low, high);
            if (count <= below)
            {
                high = below;
            }
            else if (count >= above)
            {
                low = above;
            }
            else
            {
                return;
            }
        }

        if (count > low && count < high)
        {
            values[low..high].Sort();
        }
    }

    /// <summary>Three ways around the median of three: [low, below) lower, [below, above) equal, [above, high) higher.</summary>
    private static (int Below, int Above) Split(Span<float> values, int low, int high)
    {
        float pivot = Median(values[low], values[low + ((high - low) / 2)], values[high - 1]);
        int below = low;
        int above = high;
        int at = low;
        while (at < above)
        {
            float value = values[at];
            if (value < pivot)
            {
                values[at++] = values[below];
                values[below++] = value;
            }
            else if (value > pivot)
            {
                values[at] = values[--above];
                values[above] = value;
            }
            else
            {
                at++;
            }
        }

        return (below, above);
    }

    private static float Median(float a, float b, float c) => MathF.Max(MathF.Min(a, b), MathF.Min(MathF.Max(a, b), c));
}
