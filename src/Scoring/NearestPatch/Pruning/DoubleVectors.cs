using System.Numerics;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Two steps of linear algebra on float64 vectors.</summary>
internal static class DoubleVectors
{
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector<double> lanes = default;
        int at = 0;
        for (; at <= a.Length - Vector<double>.Count; at += Vector<double>.Count)
        {
            lanes += new Vector<double>(a[at..]) * new Vector<double>(b[at..]);
        }

        double sum = Vector.Sum(lanes);
        for (; at < a.Length; at++)
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
