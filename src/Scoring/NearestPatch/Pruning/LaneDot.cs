using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>A dot product in lanes of channels: quick, not in the kernel's order; <see cref="ScreenMargin.OfLook"/> bounds the difference.</summary>
internal static unsafe class LaneDot
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Compute(float* a, float* b, int channels)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        int at = 0;
        for (; at <= channels - 64; at += 64)
        {
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(a + at), Vector512.Load(b + at), s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Load(a + at + 16), Vector512.Load(b + at + 16), s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Load(a + at + 32), Vector512.Load(b + at + 32), s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Load(a + at + 48), Vector512.Load(b + at + 48), s3);
        }

        for (; at <= channels - 16; at += 16)
        {
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(a + at), Vector512.Load(b + at), s0);
        }

        Vector512<float> sixteen = s0 + s1 + (s2 + s3);
        Vector256<float> eight = sixteen.GetLower() + sixteen.GetUpper();
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        float sum = two[0] + two[1];
        for (; at < channels; at++)
        {
            sum = MathF.FusedMultiplyAdd(a[at], b[at], sum);
        }

        return sum;
    }
}
