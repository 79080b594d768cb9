using System.Buffers;
using System.Numerics;

namespace MuSc.Features.Images;

/// <summary>
/// Resizes as Pillow's <c>Image.resize</c> does, to the bit: first the rows, then the columns, each antialiased over the
/// filter's widened support, in fixed point and rounded to 8 bits in between (docs/method.md, Pixels; Pillow's src/libImaging/Resample.c).
/// </summary>
public static class PillowResize
{
    /// <summary>Resizes; an axis that keeps its size is left alone, and an image that keeps both is returned itself.</summary>
    /// <param name="image">[Height × Width × 3].</param>
    /// <param name="width">Columns afterwards, at least 1.</param>
    /// <param name="height">Rows afterwards, at least 1.</param>
    /// <param name="filter">The filter.</param>
    public static RgbImage Resize(RgbImage image, int width, int height, ResizeFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        (bool rows, bool columns) = (width != image.Width, height != image.Height);
        if (!rows && !columns)
        {
            return image;
        }

        byte[] resized = GC.AllocateUninitializedArray<byte>(checked(width * height * 3));
        if (!columns)
        {
            ResizePasses.Rows(image.Pixels, image.Width, width, height, filter, resized);
        }
        else if (!rows)
        {
            ResizePasses.Columns(image.Pixels, width, image.Height, height, filter, resized);
        }
        else
        {
            int between = checked(width * image.Height * 3);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(between);
            ResizePasses.Rows(image.Pixels, image.Width, width, image.Height, filter, buffer);
            ResizePasses.Columns(buffer.AsSpan(0, between), width, image.Height, height, filter, resized);
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new RgbImage(width, height, resized);
    }
}

/// <summary>The filters of resizing, as Pillow names and defines them.</summary>
public enum ResizeFilter
{
    /// <summary>Triangle, support 1.</summary>
    Bilinear,

    /// <summary>Cubic convolution with a = −0.5, support 2.</summary>
    Bicubic,
}

/// <summary>
/// The two passes of resizing over whole pictures. The arithmetic is integer and wraps nowhere, so the order in which
/// vectors take it up changes no bit.
/// </summary>
internal static class ResizePasses
{
    private const int Half = 1 << (ResampleCoefficients.PrecisionBits - 1);

    // A pixel takes four lanes, the last one idle: a vector holds one pixel column of so many rows.
    private static readonly int RowsTogether = Vector<int>.Count / 4;

    /// <summary>Resizes every row, [height × from × 3] to [height × to × 3].</summary>
    public static void Rows(ReadOnlySpan<byte> pixels, int from, int to, int height, ResizeFilter filter, Span<byte> resized)
    {
        ResampleCoefficients coefficients = new(from, to, filter);
        int[] columns = new int[from * Vector<int>.Count];
        Span<int> lanes = stackalloc int[Vector<int>.Count];
        for (int top = 0; top < height; top += RowsTogether)
        {
            int rows = Math.Min(RowsTogether, height - top);
            for (int row = 0; row < rows; row++)
            {
                Spread(pixels.Slice((top + row) * from * 3, from * 3), columns.AsSpan(row * 4));
            }

            ReadOnlySpan<Vector<int>> vectors = MemoryMarshal.Cast<int, Vector<int>>(columns);
            for (int x = 0; x < to; x++)
            {
                ReadOnlySpan<int> weights = coefficients.Of(x);
                ReadOnlySpan<Vector<int>> taken = vectors.Slice(coefficients.First[x], weights.Length);
                Vector<int> sum = new(Half);
                for (int i = 0; i < taken.Length; i++)
                {
                    sum += taken[i] * weights[i];
                }

                Clip(sum).CopyTo(lanes);
                for (int row = 0; row < rows; row++)
                {
                    Span<byte> target = resized.Slice((((top + row) * to) + x) * 3, 3);
                    (target[0], target[1], target[2]) = ((byte)lanes[row * 4], (byte)lanes[(row * 4) + 1], (byte)lanes[(row * 4) + 2]);
                }
            }
        }
    }

    /// <summary>Resizes every column, [from × width × 3] to [to × width × 3].</summary>
    public static void Columns(ReadOnlySpan<byte> pixels, int width, int from, int to, ResizeFilter filter, Span<byte> resized)
    {
        ResampleCoefficients coefficients = new(from, to, filter);
        int rowBytes = width * 3;
        int step = Vector<byte>.Count;
        for (int y = 0; y < to; y++)
        {
            ReadOnlySpan<int> weights = coefficients.Of(y);
            ReadOnlySpan<byte> source = pixels.Slice(coefficients.First[y] * rowBytes, weights.Length * rowBytes);
            Span<byte> target = resized.Slice(y * rowBytes, rowBytes);
            int x = 0;
            for (; x + step <= rowBytes; x += step)
            {
                ColumnVector(source[x..], rowBytes, weights).CopyTo(target[x..]);
            }

            for (; x < rowBytes; x++)
            {
                target[x] = ColumnScalar(source[x..], rowBytes, weights);
            }
        }
    }

    private static void Spread(ReadOnlySpan<byte> row, Span<int> columns)
    {
        for (int from = 0, to = 0; from < row.Length; from += 3, to += Vector<int>.Count)
        {
            Span<int> lanes = columns.Slice(to, 3);
            (lanes[0], lanes[1], lanes[2]) = (row[from], row[from + 1], row[from + 2]);
        }
    }

    private static Vector<byte> ColumnVector(ReadOnlySpan<byte> source, int rowBytes, ReadOnlySpan<int> weights)
    {
        Vector<int> sum0 = new(Half);
        Vector<int> sum1 = sum0;
        Vector<int> sum2 = sum0;
        Vector<int> sum3 = sum0;
        for (int i = 0; i < weights.Length; i++)
        {
            Vector.Widen(new Vector<byte>(source[(i * rowBytes)..]), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
            int weight = weights[i];
            sum0 += Vector.AsVectorInt32(first) * weight;
            sum1 += Vector.AsVectorInt32(second) * weight;
            sum2 += Vector.AsVectorInt32(third) * weight;
            sum3 += Vector.AsVectorInt32(fourth) * weight;
        }

        return Vector.AsVectorByte(Vector.Narrow(
            Vector.AsVectorUInt16(Vector.Narrow(Clip(sum0), Clip(sum1))),
            Vector.AsVectorUInt16(Vector.Narrow(Clip(sum2), Clip(sum3)))));
    }

    private static byte ColumnScalar(ReadOnlySpan<byte> source, int rowBytes, ReadOnlySpan<int> weights)
    {
        int sum = Half;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += source[i * rowBytes] * weights[i];
        }

        return (byte)Math.Clamp(sum >> ResampleCoefficients.PrecisionBits, 0, 255);
    }

    private static Vector<int> Clip(Vector<int> sum) =>
        Vector.Min(Vector.Max(sum >> ResampleCoefficients.PrecisionBits, Vector<int>.Zero), new Vector<int>(255));
}

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
