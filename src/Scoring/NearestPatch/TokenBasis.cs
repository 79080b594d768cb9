using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>Orthonormal directions U that carry most of a map's tokens, in float64.</summary>
internal sealed class TokenBasis
{
    /// <summary>Tokens that <see cref="Project"/> takes at a time.</summary>
    public const int Together = 8;

    private readonly double[] _directions;

    /// <param name="directions">[K × C] row-major, orthonormal up to <see cref="Defect"/>.</param>
    /// <param name="channels">C.</param>
    public TokenBasis(double[] directions, int channels)
    {
        _directions = directions;
        Channels = channels;
        Count = directions.Length / channels;
        Defect = MeasureDefect();
    }

    /// <summary>Channels C of a token.</summary>
    public int Channels { get; }

    /// <summary>Directions K.</summary>
    public int Count { get; }

    /// <summary>‖UᵀU − I‖ (Frobenius): how far the directions are from orthonormal.</summary>
    public double Defect { get; }

    /// <summary>The directions of a sample, [S × C].</summary>
    public static TokenBasis Learn(ReadOnlySpan<float> sample, int channels) =>
        new(PrincipalDirections.Find(sample, channels, BoundPlan.MostDirections(channels)), channels);

    /// <summary>
    /// Gives the coefficients of eight tokens along the first directions in whole steps, and the lengths of what they leave of the tokens.
    /// </summary>
    /// <param name="tokens">[C × 8].</param>
    /// <param name="steps">What 1 is in steps.</param>
    /// <param name="directions">K.</param>
    /// <param name="coefficients">[(K + 1) × 8] a = Uᵀx in steps, rounded; then ‖x − U·a‖ for a as rounded, in steps, rounded up to whole ones.</param>
    public void Project(ReadOnlySpan<double> tokens, int steps, int directions, Span<double> coefficients)
    {
        Multiply(tokens, directions, coefficients);
        ReadOnlySpan<Vector512<double>> exact = MemoryMarshal.Cast<double, Vector512<double>>(tokens);
        Span<Vector512<double>> rounded = MemoryMarshal.Cast<double, Vector512<double>>(coefficients);
        Vector512<double> square = default, lengths = default;
        foreach (Vector512<double> value in exact)
        {
            square += value * value;
        }

        foreach (ref Vector512<double> value in rounded[..directions])
        {
            Vector512<double> whole = Vector512.Round(value * steps);
            Vector512<double> coefficient = whole / Vector512.Create((double)steps);
            square -= 2 * coefficient * value;
            lengths += coefficient * coefficient;
            value = whole;
        }

        // ‖x − U·a‖² = ‖x‖² − 2·a·Uᵀx + ‖U·a‖², and far more than float64 may have lost on the way.
        const double lost = 1e-12;
        Vector512<double> rest = square + (lengths * (1 + Defect)) + Vector512.Create(lost);
        rounded[directions] = Vector512.Ceiling(steps * Vector512.Sqrt(Vector512.Max(rest, default)));
    }

    /// <summary>Uᵀx of eight tokens.</summary>
    /// <param name="tokens">[C × 8].</param>
    /// <param name="directions">K.</param>
    /// <param name="products">[K × 8].</param>
    private unsafe void Multiply(ReadOnlySpan<double> tokens, int directions, Span<double> products)
    {
        fixed (double* from = _directions, to = products, x = tokens)
        {
            for (int direction = 0; direction < directions; direction += 4)
            {
                // The last ones may come twice.
                int first = Math.Max(0, Math.Min(direction, directions - 4));
                int next = Math.Min(first + 1, directions - 1), third = Math.Min(first + 2, directions - 1), last = Math.Min(first + 3, directions - 1);
                Multiply(
                    x, from + (first * Channels), from + (next * Channels), from + (third * Channels), from + (last * Channels),
                    to + (first * Together), to + (next * Together), to + (third * Together), to + (last * Together));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Multiply(double* x, double* u0, double* u1, double* u2, double* u3, double* to0, double* to1, double* to2, double* to3)
    {
        Vector256<double> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        for (int channel = 0; channel < Channels; channel++, x += Together)
        {
            Vector256<double> a = Vector256.Load(x), b = Vector256.Load(x + 4);
            Vector256<double> u = Vector256.Create(u0[channel]);
            a0 = Vector256.FusedMultiplyAdd(a, u, a0);
            b0 = Vector256.FusedMultiplyAdd(b, u, b0);
            u = Vector256.Create(u1[channel]);
            a1 = Vector256.FusedMultiplyAdd(a, u, a1);
            b1 = Vector256.FusedMultiplyAdd(b, u, b1);
            u = Vector256.Create(u2[channel]);
            a2 = Vector256.FusedMultiplyAdd(a, u, a2);
            b2 = Vector256.FusedMultiplyAdd(b, u, b2);
            u = Vector256.Create(u3[channel]);
            a3 = Vector256.FusedMultiplyAdd(a, u, a3);
            b3 = Vector256.FusedMultiplyAdd(b, u, b3);
        }

        a0.Store(to0);
        b0.Store(to0 + 4);
        a1.Store(to1);
        b1.Store(to1 + 4);
        a2.Store(to2);
        b2.Store(to2 + 4);
        a3.Store(to3);
        b3.Store(to3 + 4);
    }

    private ReadOnlySpan<double> Direction(int direction) => _directions.AsSpan(direction * Channels, Channels);

    private double MeasureDefect()
    {
        double sum = 0;
        for (int one = 0; one < Count; one++)
        {
            for (int other = 0; other <= one; other++)
            {
                double dot = DoubleVectors.Dot(Direction(one), Direction(other));
                double off = one == other ? dot - 1 : dot;
                sum += (one == other ? 1 : 2) * off * off;
            }
        }

        return Math.Sqrt(sum);
    }
}

/// <summary>
/// The leading eigenvectors of the second moment of sample tokens, by subspace iteration. How well they are found decides
/// only how much is pruned; that they are orthonormal is measured by <see cref="TokenBasis.Defect"/>.
/// </summary>
internal static class PrincipalDirections
{
    private const int Rounds = 4;
    private const int Seed = 20240101;

    /// <summary>The directions of a sample, at most C.</summary>
    /// <returns>[count × C] row-major, the strongest first.</returns>
    public static double[] Find(ReadOnlySpan<float> sample, int channels, int count)
    {
        float[] moment = SecondMoment(sample, channels);
        SimdNearestPatchKernel product = new(channels);
        float[] packedMoment = new float[product.PackedLength(channels)];
        product.Pack(moment, channels, packedMoment);

        double[] directions = Start(sample, channels, count);
        float[] packed = new float[product.PackedLength(count)];
        for (int round = 0; round < Rounds; round++)
        {
            Orthonormalize(directions, channels, passes: 1);
            float[] single = Array.ConvertAll(directions, value => (float)value);
            product.Pack(single, count, packed);
            product.All(packed, count, packedMoment, channels, single);
            directions = Array.ConvertAll(single, value => (double)value);
        }

        Orthonormalize(directions, channels, passes: 2);
        return directions;
    }

    /// <summary>Σ x·xᵀ over the sample, [C × C].</summary>
    private static float[] SecondMoment(ReadOnlySpan<float> sample, int channels)
    {
        int tokens = sample.Length / channels;
        float[] byChannel = new float[sample.Length];
        for (int token = 0; token < tokens; token++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                byChannel[(channel * tokens) + token] = sample[(token * channels) + channel];
            }
        }

        SimdNearestPatchKernel product = new(tokens);
        float[] packed = new float[product.PackedLength(channels)];
        product.Pack(byChannel, channels, packed);
        float[] moment = new float[channels * channels];
        product.All(packed, channels, packed, channels, moment);
        return moment;
    }

    /// <summary>Tokens spread over the sample, with a little seeded noise so that none depend on each other.</summary>
    private static double[] Start(ReadOnlySpan<float> sample, int channels, int count)
    {
        Random random = new(Seed);
        int tokens = sample.Length / channels;
        double[] directions = new double[count * channels];
        for (int direction = 0; direction < count; direction++)
        {
            int token = (int)((long)direction * tokens / count);
            for (int channel = 0; channel < channels; channel++)
            {
                directions[(direction * channels) + channel] =
                    sample[(token * channels) + channel] + (0.01 * (random.NextDouble() - 0.5));
            }
        }

        return directions;
    }

    /// <summary>Gram and Schmidt's way; a second pass takes away what rounding left.</summary>
    private static void Orthonormalize(double[] directions, int channels, int passes)
    {
        for (int start = 0; start < directions.Length; start += channels)
        {
            Span<double> direction = directions.AsSpan(start, channels);
            Scale(direction);
            for (int pass = 0; pass < passes; pass++)
            {
                for (int earlier = 0; earlier < start; earlier += channels)
                {
                    ReadOnlySpan<double> other = directions.AsSpan(earlier, channels);
                    DoubleVectors.Add(direction, other, -DoubleVectors.Dot(direction, other));
                }

                Scale(direction);
            }
        }
    }

    private static void Scale(Span<double> direction)
    {
        double norm = Math.Sqrt(DoubleVectors.Dot(direction, direction));
        if (norm > 0)
        {
            foreach (ref double value in direction)
            {
                value /= norm;
            }
        }
    }
}

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(Span<double> target, ReadOnlySpan<double> source, double scale)
    {
        Span<Vector512<double>> to = MemoryMarshal.Cast<double, Vector512<double>>(target);
        ReadOnlySpan<Vector512<double>> from = MemoryMarshal.Cast<double, Vector512<double>>(source);
        Vector512<double> scales = Vector512.Create(scale);
        for (int at = 0; at < to.Length; at++)
        {
            to[at] = Vector512.FusedMultiplyAdd(scales, from[at], to[at]);
        }

        for (int at = to.Length * Vector512<double>.Count; at < target.Length; at++)
        {
            target[at] += scale * source[at];
        }
    }
}
