using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Two steps of linear algebra on float64 vectors.</summary>
internal static class DoubleVectors
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ReadOnlySpan<Vector512<double>> left = MemoryMarshal.Cast<double, Vector512<double>>(a);
        ReadOnlySpan<Vector512<double>> right = MemoryMarshal.Cast<double, Vector512<double>>(b);
        Vector512<double> even = default, odd = default;
        int pair = 0;
        for (; pair < left.Length - 1; pair += 2)
        {
            even = Vector512.FusedMultiplyAdd(left[pair], right[pair], even);
            odd = Vector512.FusedMultiplyAdd(left[pair + 1], right[pair + 1], odd);
        }

        double sum = Vector512.Sum(even + odd);
        for (int at = pair * Vector512<double>.Count; at < a.Length; at++)
        {
            sum += a[at] * b[at];
        }

        return sum;
    }

    /// <summary>target += scale · source.</summary>
    public static void Add(Span<double> target, ReadOnlySpan<double> source, double scale)
    {
        Vector<double> scales = new(scale);
        int at = 0;
        for (; at <= target.Length - Vector<double>.Count; at += Vector<double>.Count)
        {
            (new Vector<double>(target[at..]) + (scales * new Vector<double>(source[at..]))).CopyTo(target[at..]);
        }

        for (; at < target.Length; at++)
        {
            target[at] += scale * source[at];
        }
    }
}
