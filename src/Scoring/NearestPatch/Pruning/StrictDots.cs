using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Single dot products in the kernel's fixed order, eight pairs at a time: lanes are pairs, never channels.</summary>
internal static unsafe class StrictDots
{
    /// <summary>Pairs computed together.</summary>
    public const int Batch = 8;

    /// <param name="rows">[8] tokens.</param>
    /// <param name="columns">[8] tokens.</param>
    /// <param name="channels">C.</param>
    /// <param name="dots">[8].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(float** rows, float** columns, int channels, float* dots)
    {
        Vector256<float> sum = default;
        int channel = 0;
        if (Avx.IsSupported)
        {
            for (; channel <= channels - 4; channel += 4)
            {
                (Vector256<float> a0, Vector256<float> a1, Vector256<float> a2, Vector256<float> a3) = Transpose(rows, channel);
                (Vector256<float> b0, Vector256<float> b1, Vector256<float> b2, Vector256<float> b3) = Transpose(columns, channel);
                sum = Vector256.FusedMultiplyAdd(a0, b0, sum);
                sum = Vector256.FusedMultiplyAdd(a1, b1, sum);
                sum = Vector256.FusedMultiplyAdd(a2, b2, sum);
                sum = Vector256.FusedMultiplyAdd(a3, b3, sum);
            }
        }

        sum.Store(dots);
        for (int pair = 0; pair < Batch; pair++)
        {
            float* row = rows[pair];
            float* column = columns[pair];
            float dot = dots[pair];
            for (int rest = channel; rest < channels; rest++)
            {
                dot = MathF.FusedMultiplyAdd(row[rest], column[rest], dot);
            }

            dots[pair] = dot;
        }
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
