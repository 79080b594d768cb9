namespace MuSc.Features.Images;

/// <summary>
/// Resizes as Pillow's <c>Image.resize</c> does, to the bit: first the rows, then the columns, each antialiased over the
/// filter's widened support, in fixed point and rounded to 8 bits in between (SPEC 1; Pillow's src/libImaging/Resample.c).
/// </summary>
public static class PillowResize
{
    private const int Half = 1 << (ResampleCoefficients.PrecisionBits - 1);

    /// <summary>Resizes with the bicubic filter, a = −0.5.</summary>
    public static RgbImage Bicubic(RgbImage image, int width, int height) => Resize(image, width, height, ResizeFilter.Bicubic);

    /// <summary>Resizes with the bilinear filter.</summary>
    public static RgbImage Bilinear(RgbImage image, int width, int height) => Resize(image, width, height, ResizeFilter.Bilinear);

    /// <summary>Resizes; an axis that keeps its size is left alone.</summary>
    /// <param name="image">[Height × Width × 3].</param>
    /// <param name="width">Columns afterwards, at least 1.</param>
    /// <param name="height">Rows afterwards, at least 1.</param>
    /// <param name="filter">The filter.</param>
    public static RgbImage Resize(RgbImage image, int width, int height, ResizeFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        byte[] pixels = image.Pixels;
        if (width != image.Width)
        {
            pixels = ResizeRows(pixels, image.Width, width, image.Height, filter);
        }

        if (height != image.Height)
        {
            pixels = ResizeColumns(pixels, width, image.Height, height, filter);
        }

        return new RgbImage(width, height, pixels);
    }

    private static byte[] ResizeRows(byte[] pixels, int from, int to, int height, ResizeFilter filter)
    {
        ResampleCoefficients coefficients = new(from, to, filter);
        byte[] resized = GC.AllocateUninitializedArray<byte>(checked(to * height * 3));
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = pixels.AsSpan(y * from * 3, from * 3);
            Span<byte> target = resized.AsSpan(y * to * 3, to * 3);
            for (int x = 0; x < to; x++)
            {
                ReadOnlySpan<int> weights = coefficients.Weights.AsSpan(x * coefficients.Taps, coefficients.Count[x]);
                ReadOnlySpan<byte> source = row.Slice(coefficients.First[x] * 3, weights.Length * 3);
                int red = Half;
                int green = Half;
                int blue = Half;
                for (int i = 0; i < weights.Length; i++)
                {
                    red += source[i * 3] * weights[i];
                    green += source[(i * 3) + 1] * weights[i];
                    blue += source[(i * 3) + 2] * weights[i];
                }

                target[x * 3] = Clip(red);
                target[(x * 3) + 1] = Clip(green);
                target[(x * 3) + 2] = Clip(blue);
            }
        }

        return resized;
    }

    private static byte[] ResizeColumns(byte[] pixels, int width, int from, int to, ResizeFilter filter)
    {
        ResampleCoefficients coefficients = new(from, to, filter);
        int rowBytes = width * 3;
        byte[] resized = GC.AllocateUninitializedArray<byte>(checked(rowBytes * to));
        int[] sums = new int[rowBytes];
        for (int y = 0; y < to; y++)
        {
            Array.Fill(sums, Half);
            ReadOnlySpan<int> weights = coefficients.Weights.AsSpan(y * coefficients.Taps, coefficients.Count[y]);
            for (int i = 0; i < weights.Length; i++)
            {
                ReadOnlySpan<byte> row = pixels.AsSpan((coefficients.First[y] + i) * rowBytes, rowBytes);
                int weight = weights[i];
                for (int x = 0; x < row.Length; x++)
                {
                    sums[x] += row[x] * weight;
                }
            }

            Span<byte> target = resized.AsSpan(y * rowBytes, rowBytes);
            for (int x = 0; x < target.Length; x++)
            {
                target[x] = Clip(sums[x]);
            }
        }

        return resized;
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResampleCoefficients.PrecisionBits, 0, 255);
}
