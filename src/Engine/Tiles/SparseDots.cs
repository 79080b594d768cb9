using System.Numerics;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Tiles;

/// <summary>
/// A tile's dot products as they are sent to an owner, without those that do not matter: a bit for each that says whether it is there,
/// and the values that are. Where that would be longer, all values and no bits.
/// </summary>
public static class SparseDots
{
    private const int Bits = 64;

    /// <summary>Words that hold a bit for each of so many values.</summary>
    public static long Words(long dots) => (dots + Bits - 1) / Bits;

    /// <summary>Packs in place; nothing is allocated.</summary>
    /// <param name="dots">[n × m × P]; the values that are there come to its start.</param>
    /// <param name="images">Images n.</param>
    /// <param name="patches">P.</param>
    /// <param name="floors">[P] of each image, or empty: what does not exceed it does not matter, nor does negative infinity.</param>
    /// <param name="present">Receives the bits, <see cref="Words"/>.</param>
    /// <returns>How many words of bits, none where all values are there; and how many values.</returns>
    public static (int Words, int Values) Pack(Span<float> dots, int images, int patches, ImageFloats floors, Span<ulong> present)
    {
        int words = (int)Words(dots.Length);
        int count = Each(dots, images, patches, floors, []);
        if ((count * sizeof(float)) + (words * sizeof(ulong)) >= dots.Length * sizeof(float))
        {
            return (0, dots.Length);
        }

        present[..words].Clear();
        return (words, Each(dots, images, patches, floors, present));
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

    // Counts what matters; where there is room for the bits, sets them and moves the values to the start.
    private static int Each(Span<float> dots, int images, int patches, ImageFloats floors, Span<ulong> present)
    {
        int count = 0;
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
                            dots[count] = dot;
                        }

                        count++;
                    }
                }
            }
        }

        return count;
    }
}

/// <summary>
/// For every patch of a block a dot product below the k-th best of its final ones: nothing that does not exceed it matters, so it
/// need neither be looked for nor sent.
/// </summary>
/// <remarks>
/// It is rounded down to 16 bits and lies strictly below the k-th best known when it was sent. What is known can only add to
/// what is final, so a floor stays true whatever becomes of the owner that sent it: values that reach the final k-th best
/// exceed every floor of every epoch, and an owner that lost them is sent them again.
/// </remarks>
/// <param name="Scorers">Of how many scorers the owner knew.</param>
/// <param name="Values">[n × P]; negative infinity where everything matters.</param>
public sealed record BlockFloors(int Scorers, Half[] Values)
{
    /// <summary>The largest floor below a dot product.</summary>
    public static Half Below(float dot)
    {
        Half rounded = (Half)dot;
        return (float)rounded < dot ? rounded : Half.BitDecrement(rounded);
    }

    /// <summary>[n × P] as the kernel takes them.</summary>
    public float[] ToSingle() => Array.ConvertAll(Values, floor => (float)floor);
}
