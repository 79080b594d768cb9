using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Orthonormal directions U that carry most of a map's tokens, in float64.</summary>
internal sealed class TokenBasis
{
    private readonly double[] _byChannel;

    /// <param name="directions">[K × C] row-major, orthonormal up to <see cref="Defect"/>; K is a multiple of 8.</param>
    /// <param name="channels">C.</param>
    public TokenBasis(double[] directions, int channels)
    {
        Channels = channels;
        Count = directions.Length / channels;
        ArgumentOutOfRangeException.ThrowIfNotEqual(Count % 8, 0, nameof(directions));
        _byChannel = new double[directions.Length];
        for (int direction = 0; direction < Count; direction++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                _byChannel[(channel * Count) + direction] = directions[(direction * channels) + channel];
            }
        }

        Defect = MeasureDefect(directions);
    }

    /// <summary>Channels C of a token.</summary>
    public int Channels { get; }

    /// <summary>Directions K.</summary>
    public int Count { get; }

    /// <summary>‖UᵀU − I‖ (Frobenius): how far the directions are from orthonormal.</summary>
    public double Defect { get; }

    /// <summary>Uᵀx.</summary>
    /// <param name="token">[C].</param>
    /// <param name="coefficients">[K].</param>
    public void Project(ReadOnlySpan<float> token, Span<double> coefficients)
    {
        ReadOnlySpan<Vector512<double>> directions = MemoryMarshal.Cast<double, Vector512<double>>(_byChannel);
        Span<Vector512<double>> sums = MemoryMarshal.Cast<double, Vector512<double>>(coefficients[..Count]);
        int stride = Count / 8;
        for (int at = 0; at < stride; at += 4)
        {
            int width = Math.Min(4, stride - at);
            Vector512<double> first = default, second = default, third = default, fourth = default;
            int place = at;
            foreach (float value in token)
            {
                Vector512<double> scale = Vector512.Create((double)value);
                first = Vector512.FusedMultiplyAdd(scale, directions[place], first);
                if (width == 4)
                {
                    second = Vector512.FusedMultiplyAdd(scale, directions[place + 1], second);
                    third = Vector512.FusedMultiplyAdd(scale, directions[place + 2], third);
                    fourth = Vector512.FusedMultiplyAdd(scale, directions[place + 3], fourth);
                }

                place += stride;
            }

            sums[at] = first;
            if (width == 4)
            {
                (sums[at + 1], sums[at + 2], sums[at + 3]) = (second, third, fourth);
            }
            else
            {
                // Fewer than four vectors left: one at a time.
                at -= 3;
            }
        }
    }

    private double MeasureDefect(double[] directions)
    {
        double sum = 0;
        for (int one = 0; one < Count; one++)
        {
            for (int other = 0; other <= one; other++)
            {
                double dot = DoubleVectors.Dot(
                    directions.AsSpan(one * Channels, Channels), directions.AsSpan(other * Channels, Channels));
                double off = one == other ? dot - 1 : dot;
                sum += (one == other ? 1 : 2) * off * off;
            }
        }

        return Math.Sqrt(sum);
    }
}
