using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.Lnamd;

/// <summary>LayerNorm over all values of one image's stage together: no affine part, biased variance (SPEC 3).</summary>
internal static class LayerNormalization
{
    private const double Epsilon = 1e-5;

    /// <summary>Mean and reciprocal deviation, summed in float64 over eight interleaved lanes on every processor.</summary>
    public static (float Mean, float Scale) Moments(ReadOnlySpan<float> values)
    {
        double mean = Sum(values, 0, squared: false) / values.Length;
        double variance = Sum(values, mean, squared: true) / values.Length;
        return ((float)mean, (float)(1 / Math.Sqrt(variance + Epsilon)));
    }

    private static double Sum(ReadOnlySpan<float> values, double mean, bool squared)
    {
        Vector512<double> low = default;
        Vector512<double> high = default;
        Vector512<double> means = Vector512.Create(mean);
        ReadOnlySpan<Vector512<float>> vectors = MemoryMarshal.Cast<float, Vector512<float>>(values);
        foreach (Vector512<float> vector in vectors)
        {
            (Vector512<double> first, Vector512<double> second) = Vector512.Widen(vector);
            first -= means;
            second -= means;
            low += squared ? first * first : first;
            high += squared ? second * second : second;
        }

        double rest = 0;
        foreach (float value in values[(vectors.Length * Vector512<float>.Count)..])
        {
            double centred = value - mean;
            rest += squared ? centred * centred : centred;
        }

        return Vector512.Sum(low + high) + rest;
    }
}
