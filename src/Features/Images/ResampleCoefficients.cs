namespace MuSc.Features.Images;

/// <summary>
/// For each output pixel of one axis the input pixels it takes and their weights in fixed point, as Pillow's
/// <c>precompute_coeffs</c> and <c>normalize_coeffs_8bpc</c> (src/libImaging/Resample.c) make them, rounding included.
/// </summary>
internal sealed class ResampleCoefficients
{
    /// <summary>Fraction bits of a weight: 32 less 8 for the sample and 2 for overshoot and sign.</summary>
    public const int PrecisionBits = 32 - 8 - 2;

    private readonly int _taps;
    private readonly int[] _count;

    // [output × _taps].
    private readonly int[] _weights;

    /// <param name="inputSize">Pixels of the axis before.</param>
    /// <param name="outputSize">Pixels of the axis after.</param>
    /// <param name="filter">The filter.</param>
    public ResampleCoefficients(int inputSize, int outputSize, ResizeFilter filter)
    {
        double scale = (double)inputSize / outputSize;
        double filterScale = Math.Max(scale, 1.0);
        double support = (filter == ResizeFilter.Bicubic ? 2.0 : 1.0) * filterScale;
        _taps = ((int)Math.Ceiling(support) * 2) + 1;
        First = new int[outputSize];
        _count = new int[outputSize];
        _weights = new int[outputSize * _taps];
        double[] weights = new double[_taps];
        for (int i = 0; i < outputSize; i++)
        {
            double center = (i + 0.5) * scale;
            double inverse = 1.0 / filterScale;
            // Truncation after adding a half, not Math.Round: the C code's.
            int first = Math.Max((int)(center - support + 0.5), 0);
            int count = Math.Min((int)(center + support + 0.5), inputSize) - first;
            double sum = 0;
            for (int x = 0; x < count; x++)
            {
                weights[x] = Weight(filter, (x + first - center + 0.5) * inverse);
                sum += weights[x];
            }

            for (int x = 0; x < count; x++)
            {
                double weight = sum != 0 ? weights[x] / sum : weights[x];
                double scaled = weight * (1 << PrecisionBits);
                _weights[(i * _taps) + x] = (int)(weight < 0 ? scaled - 0.5 : scaled + 0.5);
            }

            (First[i], _count[i]) = (first, count);
        }
    }


    /// <summary>For each output pixel, its first input pixel.</summary>
    public int[] First { get; }

    /// <summary>The weights of one output pixel, for the input pixels from <see cref="First"/> on, with <see cref="PrecisionBits"/> fraction bits.</summary>
    public ReadOnlySpan<int> Of(int output) => _weights.AsSpan(output * _taps, _count[output]);

    private static double Weight(ResizeFilter filter, double x)
    {
        x = Math.Abs(x);
        if (filter == ResizeFilter.Bilinear)
        {
            return x < 1.0 ? 1.0 - x : 0.0;
        }

        const double A = -0.5;
        return x switch
        {
            < 1.0 => ((((A + 2.0) * x) - (A + 3.0)) * x * x) + 1,
            < 2.0 => (((((x - 5) * x) + 8) * x) - 4) * A,
            _ => 0.0,
        };
    }
}
