using System.Numerics;

namespace MuSc.Engine.Tiles;

/// <summary>
/// A tile's dot products as they are sent to an owner, without those that do not matter: a bit for each that says whether it is there,
/// and the values that are. Where that would be longer, all values and no bits.
/// </summary>
public static class SparseDots
{
    private const int Bits = 64;

    /// <summary>Packs. Nothing is allocated but what is returned.</summary>
    /// <param name="dots">[n × m × P].</param>
    /// <param name="images">Images n.</param>
    /// <param name="patches">P.</param>
    /// <param name="floors">[P] of each image, or empty: what does not exceed it does not matter, nor does negative infinity.</param>
    /// <returns>The bits, in whole words of 64, and the values' bytes.</returns>
    public static (byte[] Present, byte[] Values) Pack(ReadOnlySpan<float> dots, int images, int patches, ImageFloats floors)
    {
        int count = 0;
        Each(dots, images, patches, floors, [], [], ref count);
        int words = (dots.Length + Bits - 1) / Bits;
        if ((count * sizeof(float)) + (words * sizeof(ulong)) >= dots.Length * sizeof(float))
        {
            return ([], MemoryMarshal.AsBytes(dots).ToArray());
        }

        byte[] present = new byte[words * sizeof(ulong)];
        byte[] values = new byte[count * sizeof(float)];
        count = 0;
        Each(dots, images, patches, floors, MemoryMarshal.Cast<byte, ulong>(present.AsSpan()), MemoryMarshal.Cast<byte, float>(values.AsSpan()), ref count);
        return (present, values);
    }

    /// <summary>Brings back what was packed.</summary>
    /// <param name="present">The bits.</param>
    /// <param name="values">The values' bytes.</param>
    /// <param name="dots">Receives all values; negative infinity where there is none.</param>
    /// <exception cref="ArgumentException">Bits, values and their number do not belong together.</exception>
    public static void Unpack(ReadOnlySpan<byte> present, ReadOnlySpan<byte> values, Span<float> dots)
    {
        ReadOnlySpan<float> given = MemoryMarshal.Cast<byte, float>(values);
        if (present.IsEmpty)
        {
            if (given.Length != dots.Length)
            {
                throw new ArgumentException($"There are {given.Length} values where {dots.Length} belong.");
            }

            given.CopyTo(dots);
            return;
        }

        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(present);
        dots.Fill(float.NegativeInfinity);
        int at = 0;
        for (int word = 0; word < words.Length; word++)
        {
            for (ulong left = words[word]; left != 0; left &= left - 1)
            {
                int index = (word * Bits) + BitOperations.TrailingZeroCount(left);
                if (index >= dots.Length || at == given.Length)
                {
                    throw new ArgumentException($"The bits stand for more than {given.Length} of {dots.Length} values.");
                }

                dots[index] = given[at++];
            }
        }

        if (at != given.Length)
        {
            throw new ArgumentException($"The bits stand for {at} values, but there are {given.Length}.");
        }
    }

    // Counts what matters, and writes it where there is room to write to.
    private static void Each(
        ReadOnlySpan<float> dots, int images, int patches, ImageFloats floors, Span<ulong> present, Span<float> values, ref int count)
    {
        int length = dots.Length / images;
        for (int image = 0; image < images; image++)
        {
            ReadOnlySpan<float> floor = floors(image);
            for (int start = image * length; start < (image + 1) * length; start += patches)
            {
                for (int patch = 0; patch < patches; patch++)
                {
                    float dot = dots[start + patch];
                    if (dot > (floor.IsEmpty ? float.NegativeInfinity : floor[patch]))
                    {
                        if (!present.IsEmpty)
                        {
                            present[(start + patch) / Bits] |= 1UL << ((start + patch) % Bits);
                            values[count] = dot;
                        }

                        count++;
                    }
                }
            }
        }
    }
}
