using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>Orthonormal directions U that carry most of a map's tokens, in float64.</summary>
internal sealed class TokenBasis
{
    private readonly double[] _directions;

    /// <param name="directions">[K × C] row-major, orthonormal up to <see cref="Defect"/>.</param>
    /// <param name="channels">C.</param>
    public TokenBasis(double[] directions, int channels)
    {
        Channels = channels;
        Count = directions.Length / channels;
        _directions = new double[Count * PaddedChannels];
        for (int direction = 0; direction < Count; direction++)
        {
            directions.AsSpan(direction * channels, channels).CopyTo(_directions.AsSpan(direction * PaddedChannels));
        }

        Defect = MeasureDefect();
    }

    /// <summary>Channels C of a token.</summary>
    public int Channels { get; }

    /// <summary>C, filled up to whole vectors of bytes.</summary>
    public int PaddedChannels => (Channels + 63) & ~63;

    /// <summary>Directions K.</summary>
    public int Count { get; }

    /// <summary>‖UᵀU − I‖ (Frobenius): how far the directions are from orthonormal.</summary>
    public double Defect { get; }

    /// <summary>The directions of a sample, [S × C].</summary>
    public static TokenBasis Learn(ReadOnlySpan<float> sample, int channels) =>
        new(PrincipalDirections.Find(sample, channels, Screen.MostDirections(channels)), channels);

    /// <summary>Splits a token into x = U·a + r for the first directions.</summary>
    /// <param name="token">[C].</param>
    /// <param name="coefficients">a = Uᵀx, rounded to float32.</param>
    /// <param name="rest">r = x − U·a for a as rounded, [<see cref="PaddedChannels"/>], zero past C.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Split(ReadOnlySpan<float> token, Span<float> coefficients, Span<double> rest)
    {
        Span<Vector512<double>> rests = MemoryMarshal.Cast<double, Vector512<double>>(rest);
        ReadOnlySpan<Vector512<float>> vectors = MemoryMarshal.Cast<float, Vector512<float>>(token);
        for (int at = 0; at < vectors.Length; at++)
        {
            (rests[2 * at], rests[(2 * at) + 1]) = Vector512.Widen(vectors[at]);
        }

        for (int channel = vectors.Length * Vector512<float>.Count; channel < rest.Length; channel++)
        {
            rest[channel] = channel < token.Length ? token[channel] : 0;
        }

        for (int direction = 0; direction < coefficients.Length; direction++)
        {
            coefficients[direction] = (float)DoubleVectors.Dot(rest, Direction(direction));
        }

        for (int direction = 0; direction < coefficients.Length; direction++)
        {
            Vector512<double> scale = Vector512.Create(-(double)coefficients[direction]);
            ReadOnlySpan<Vector512<double>> line = MemoryMarshal.Cast<double, Vector512<double>>(Direction(direction));
            for (int at = 0; at < rests.Length; at++)
            {
                rests[at] = Vector512.FusedMultiplyAdd(scale, line[at], rests[at]);
            }
        }
    }

    private ReadOnlySpan<double> Direction(int direction) => _directions.AsSpan(direction * PaddedChannels, PaddedChannels);

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
    private const int Rounds = 8;
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
            Orthonormalize(directions, channels);
            float[] single = Array.ConvertAll(directions, value => (float)value);
            product.Pack(single, count, packed);
            product.All(packed, count, packedMoment, channels, single);
            directions = Array.ConvertAll(single, value => (double)value);
        }

        Orthonormalize(directions, channels);
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

    /// <summary>Gram and Schmidt's way, each direction twice.</summary>
    private static void Orthonormalize(double[] directions, int channels)
    {
        for (int start = 0; start < directions.Length; start += channels)
        {
            Span<double> direction = directions.AsSpan(start, channels);
            Scale(direction);
            for (int pass = 0; pass < 2; pass++)
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
