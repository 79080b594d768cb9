using System.Buffers;
using System.Runtime.InteropServices;

namespace MuSc.Scoring.Interval;

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
