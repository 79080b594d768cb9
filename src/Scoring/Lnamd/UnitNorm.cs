using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.Lnamd;

/// <summary>L2 normalisation of token rows. A row of zeros stays zero.</summary>
public static class UnitNorm
{
    /// <summary>Divides every row by its length, which is summed in float64.</summary>
    /// <param name="tokens">[rows × C] row-major; normalised in place.</param>
    /// <param name="channels">C, at least 1.</param>
    public static void Rows(Span<float> tokens, int channels)
    {
        for (int start = 0; start < tokens.Length; start += channels)
        {
            Span<float> token = tokens.Slice(start, channels);
            double norm = Math.Sqrt(SquaredLength(token));
            if (norm > 0)
            {
                Divide(token, (float)norm);
            }
        }
    }

    /// <summary>‖x‖² in float64, over eight interleaved lanes on every processor.</summary>
    internal static double SquaredLength(ReadOnlySpan<float> token)
    {
        Vector512<double> low = default;
        Vector512<double> high = default;
        ReadOnlySpan<Vector512<float>> vectors = MemoryMarshal.Cast<float, Vector512<float>>(token);
        foreach (Vector512<float> vector in vectors)
        {
            (Vector512<double> first, Vector512<double> second) = Vector512.Widen(vector);
            low += first * first;
            high += second * second;
        }

        double sum = Vector512.Sum(low + high);
        foreach (float value in token[(vectors.Length * Vector512<float>.Count)..])
        {
            sum += (double)value * value;
        }

        return sum;
    }

    private static void Divide(Span<float> token, float norm)
    {
        Vector<float> norms = new(norm);
        int at = 0;
        for (; at <= token.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            (new Vector<float>(token[at..]) / norms).CopyTo(token[at..]);
        }

        for (; at < token.Length; at++)
        {
            token[at] /= norm;
        }
    }
}
