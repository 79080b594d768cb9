using System.Numerics;
using System.Runtime.InteropServices;

namespace MuSc.Features.Images;

/// <summary>
/// The two passes of resizing over whole pictures. The arithmetic is integer and wraps nowhere, so the order in which
/// vectors take it up changes no bit.
/// </summary>
internal static class ResizePasses
{
    private const int Half = 1 << (ResampleCoefficients.PrecisionBits - 1);

    // A pixel takes four lanes, the last one idle: a vector holds one pixel column of so many rows.
    private static readonly int RowsTogether = Vector<int>.Count / 4;

    /// <summary>Resizes every row.</summary>
    /// <param name="pixels">[height × from × 3].</param>
    /// <param name="from">Columns before.</param>
    /// <param name="to">Columns after.</param>
    /// <param name="height">Rows.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="resized">[height × to × 3].</param>
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

    /// <summary>Resizes every column.</summary>
    /// <param name="pixels">[from × width × 3].</param>
    /// <param name="width">Columns.</param>
    /// <param name="from">Rows before.</param>
    /// <param name="to">Rows after.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="resized">[to × width × 3].</param>
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
