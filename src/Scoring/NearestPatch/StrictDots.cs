using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Single dot products in the kernel's fixed order, sixteen pairs at a time: lanes are pairs, never channels, and two sums take turns, since
/// each has to wait for itself.
/// </summary>
internal static unsafe class StrictDots
{
    /// <summary>Pairs computed together.</summary>
    public const int Batch = 16;

    private const int Half = Batch / 2;

    /// <summary>The dot products of up to sixteen pairs of tokens.</summary>
    /// <param name="rows">[16] one token of each pair.</param>
    /// <param name="columns">[16] the other.</param>
    /// <param name="channels">C.</param>
    /// <param name="count">Pairs wanted; those beyond must be tokens too.</param>
    /// <param name="dots">[16].</param>
    public static void Compute(float** rows, float** columns, int channels, int count, float* dots)
    {
        int done = count > Half ? Both(rows, columns, channels, dots) : One(rows, columns, channels, dots);
        for (int pair = 0; pair < count && done < channels; pair++)
        {
            float* row = rows[pair];
            float* column = columns[pair];
            for (int channel = done; channel < channels; channel++)
            {
                dots[pair] = MathF.FusedMultiplyAdd(row[channel], column[channel], dots[pair]);
            }
        }
    }

    /// <returns>Channels done, a multiple of four.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Both(float** rows, float** columns, int channels, float* dots)
    {
        Vector256<float> first = default, second = default;
        int channel = 0;
        if (Avx.IsSupported)
        {
            for (; channel <= channels - 4; channel += 4)
            {
                first = Add(rows, columns, channel, first);
                second = Add(rows + Half, columns + Half, channel, second);
            }
        }

        first.Store(dots);
        second.Store(dots + Half);
        return channel;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int One(float** rows, float** columns, int channels, float* dots)
    {
        Vector256<float> sum = default;
        int channel = 0;
        if (Avx.IsSupported)
        {
            for (; channel <= channels - 4; channel += 4)
            {
                sum = Add(rows, columns, channel, sum);
            }
        }

        sum.Store(dots);
        return channel;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(float** rows, float** columns, int channel, Vector256<float> sum)
    {
        (Vector256<float> a0, Vector256<float> a1, Vector256<float> a2, Vector256<float> a3) = Transpose(rows, channel);
        (Vector256<float> b0, Vector256<float> b1, Vector256<float> b2, Vector256<float> b3) = Transpose(columns, channel);
        sum = Vector256.FusedMultiplyAdd(a0, b0, sum);
        sum = Vector256.FusedMultiplyAdd(a1, b1, sum);
        sum = Vector256.FusedMultiplyAdd(a2, b2, sum);
        return Vector256.FusedMultiplyAdd(a3, b3, sum);
    }

    /// <summary>Four channels of eight tokens, so that each vector holds one channel of all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> First, Vector256<float> Second, Vector256<float> Third, Vector256<float> Fourth) Transpose(
        float** tokens, int channel)
    {
        Vector256<float> a = Halves(tokens[0], tokens[4], channel), b = Halves(tokens[1], tokens[5], channel);
        Vector256<float> c = Halves(tokens[2], tokens[6], channel), d = Halves(tokens[3], tokens[7], channel);
        Vector256<float> ab = Avx.UnpackLow(a, b), cd = Avx.UnpackLow(c, d);
        Vector256<float> high = Avx.UnpackHigh(a, b), higher = Avx.UnpackHigh(c, d);
        return (
            Avx.Shuffle(ab, cd, 0b01_00_01_00), Avx.Shuffle(ab, cd, 0b11_10_11_10),
            Avx.Shuffle(high, higher, 0b01_00_01_00), Avx.Shuffle(high, higher, 0b11_10_11_10));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* lower, float* upper, int channel) =>
        Vector256.Create(Vector128.Load(lower + channel), Vector128.Load(upper + channel));
}
