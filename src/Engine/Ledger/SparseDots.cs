using System.Numerics;
using System.Runtime.InteropServices;

namespace MuSc.Engine.Ledger;

/// <summary>
/// Dot products without those that do not matter (negative infinity): a bit for each that tells whether it is there, and the
/// values that are. Where that would be longer, all values and no bits.
/// </summary>
public static class SparseDots
{
    private const int Bits = 64;

    /// <summary>Packs.</summary>
    /// <param name="dots">Any number of values.</param>
    /// <returns>The bits, in whole words of 64, and the values' bytes.</returns>
    public static (byte[] Present, byte[] Values) Pack(ReadOnlySpan<float> dots)
    {
        ulong[] present = new ulong[(dots.Length + Bits - 1) / Bits];
        int count = 0;
        for (int index = 0; index < dots.Length; index++)
        {
            if (!float.IsNegativeInfinity(dots[index]))
            {
                present[index / Bits] |= 1UL << (index % Bits);
                count++;
            }
        }

        if (count * sizeof(float) + present.Length * sizeof(ulong) >= dots.Length * sizeof(float))
        {
            return ([], MemoryMarshal.AsBytes(dots).ToArray());
        }

        byte[] bytes = new byte[count * sizeof(float)];
        Span<float> values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        int at = 0;
        for (int word = 0; word < present.Length; word++)
        {
            for (ulong left = present[word]; left != 0; left &= left - 1)
            {
                values[at++] = dots[(word * Bits) + BitOperations.TrailingZeroCount(left)];
            }
        }

        return (MemoryMarshal.AsBytes(present.AsSpan()).ToArray(), bytes);
    }

    /// <summary>Brings back what was packed.</summary>
    /// <param name="present">The bits.</param>
    /// <param name="values">The values' bytes.</param>
    /// <param name="count">How many values there were.</param>
    /// <exception cref="ArgumentException">Bits, values and their number do not belong together.</exception>
    public static float[] Unpack(ReadOnlySpan<byte> present, ReadOnlySpan<byte> values, int count)
    {
        ReadOnlySpan<float> given = MemoryMarshal.Cast<byte, float>(values);
        if (present.IsEmpty)
        {
            return given.ToArray();
        }

        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(present);
        float[] dots = new float[count];
        Array.Fill(dots, float.NegativeInfinity);
        int at = 0;
        for (int word = 0; word < words.Length; word++)
        {
            for (ulong left = words[word]; left != 0; left &= left - 1)
            {
                int index = (word * Bits) + BitOperations.TrailingZeroCount(left);
                if (index >= count || at == given.Length)
                {
                    throw new ArgumentException($"The bits tell of more than {given.Length} of {count} values.");
                }

                dots[index] = given[at++];
            }
        }

        return at == given.Length ? dots : throw new ArgumentException($"The bits tell of {at} values, but there are {given.Length}.");
    }
}
