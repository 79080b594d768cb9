using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch.Pruning;

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
