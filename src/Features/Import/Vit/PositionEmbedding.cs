namespace MuSc.Features.Import.Vit;

/// <summary>Brings a position embedding to another grid: bicubic, a = −0.75, align_corners = false, no antialias (docs/method.md, Backbone).</summary>
internal static class PositionEmbedding
{
    private const double A = -0.75;
    private const int Taps = 4;

    /// <summary>Resizes [G₀ · G₀ × C] to [G · G × C].</summary>
    /// <param name="source">[G₀ · G₀ × C].</param>
    /// <param name="grid">G₀.</param>
    /// <param name="channels">C.</param>
    /// <param name="newGrid">G. Equal to G₀ gives the source unchanged, under either rule.</param>
    /// <param name="rule">The sampling step.</param>
    public static float[] Resize(ReadOnlySpan<float> source, int grid, int channels, int newGrid, PositionResize rule)
    {
        if (newGrid == grid)
        {
            return source.ToArray();
        }

        double step = grid / (rule == PositionResize.Scale ? newGrid + 0.1 : newGrid);
        float[] rows = new float[newGrid * grid * channels];
        float[] resized = new float[newGrid * newGrid * channels];
        Span<double> weights = stackalloc double[Taps];
        for (int target = 0; target < newGrid; target++)
        {
            int first = Kernel(((target + 0.5) * step) - 0.5, weights);
            for (int tap = 0; tap < Taps; tap++)
            {
                int from = Math.Clamp(first + tap, 0, grid - 1);
                AddScaled(source.Slice(from * grid * channels, grid * channels), weights[tap], rows.AsSpan(target * grid * channels));
            }
        }

        for (int target = 0; target < newGrid; target++)
        {
            int first = Kernel(((target + 0.5) * step) - 0.5, weights);
            for (int tap = 0; tap < Taps; tap++)
            {
                int from = Math.Clamp(first + tap, 0, grid - 1);
                for (int row = 0; row < newGrid; row++)
                {
                    AddScaled(
                        rows.AsSpan(((row * grid) + from) * channels, channels),
                        weights[tap],
                        resized.AsSpan(((row * newGrid) + target) * channels));
                }
            }
        }

        return resized;
    }

    /// <summary>The four weights around a position, and the index of the first.</summary>
    private static int Kernel(double position, Span<double> weights)
    {
        double floor = Math.Floor(position);
        for (int tap = 0; tap < Taps; tap++)
        {
            double distance = Math.Abs(position - (floor - 1 + tap));
            weights[tap] = distance <= 1
                ? ((((A + 2) * distance) - (A + 3)) * distance * distance) + 1
                : ((((A * distance) - (5 * A)) * distance) + (8 * A)) * distance - (4 * A);
        }

        return (int)floor - 1;
    }

    private static void AddScaled(ReadOnlySpan<float> source, double weight, Span<float> target)
    {
        for (int i = 0; i < source.Length; i++)
        {
            target[i] += (float)(weight * source[i]);
        }
    }
}
