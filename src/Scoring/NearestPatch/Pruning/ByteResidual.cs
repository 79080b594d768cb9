using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>What the leading directions leave of a token in 8 bits a channel, and how well: r = scale·bytes + e.</summary>
/// <param name="Scale">What one step stands for.</param>
/// <param name="Sum">The sum of the bytes.</param>
/// <param name="Length">‖scale·bytes‖, rounded up.</param>
/// <param name="Error">‖e‖, rounded up.</param>
internal readonly record struct ByteResidual(float Scale, int Sum, float Length, float Error)
{
    private const int Largest = 127;

    /// <summary>Rounds r to bytes.</summary>
    /// <param name="rest">r, whole vectors with zeros past the last channel; overwritten.</param>
    /// <param name="channels">C.</param>
    /// <param name="bytes">Written four channels at a time, a stride apart, and filled up with zeros to a multiple of four.</param>
    /// <param name="stride">From four channels to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ByteResidual Quantize(Span<double> rest, int channels, Span<sbyte> bytes, int stride)
    {
        Span<Vector512<double>> rests = MemoryMarshal.Cast<double, Vector512<double>>(rest);
        Vector512<double> largest = default;
        foreach (Vector512<double> value in rests)
        {
            largest = Vector512.MaxNative(largest, Vector512.Abs(value));
        }

        double most = 0;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            most = Math.Max(most, largest[lane]);
        }

        float step = (float)(most / Largest);
        Vector512<double> scale = Vector512.Create((double)step);
        Vector512<double> steps = Vector512.Create(step > 0 ? 1 / (double)step : 0);
        Vector512<double> limit = Vector512.Create((double)Largest);
        Vector512<double> sum = default, length = default, error = default;
        foreach (ref Vector512<double> value in rests)
        {
            // Rounding the step may take the largest a little past the last one.
            Vector512<double> rounded = Vector512.MinNative(Vector512.MaxNative(Vector512.Round(value * steps), -limit), limit);
            Vector512<double> off = value - (scale * rounded);
            sum += rounded;
            length += rounded * rounded;
            error += off * off;
            value = rounded;
        }

        for (int quad = 0; quad < (channels + 3) / 4; quad++)
        {
            ReadOnlySpan<double> from = rest.Slice(4 * quad, 4);
            Span<sbyte> to = bytes.Slice(quad * stride, 4);
            (to[0], to[1], to[2], to[3]) = ((sbyte)from[0], (sbyte)from[1], (sbyte)from[2], (sbyte)from[3]);
        }

        return new(
            step, (int)Vector512.Sum(sum), ScreenMargin.RoundUp(step * Math.Sqrt(Vector512.Sum(length))),
            ScreenMargin.RoundUp(Math.Sqrt(Vector512.Sum(error))));
    }
}
