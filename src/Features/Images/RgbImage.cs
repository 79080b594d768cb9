namespace MuSc.Features.Images;

/// <summary>A decoded image: 8-bit RGB, rows from the top, no padding.</summary>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Pixels">[Height × Width × 3].</param>
public sealed record RgbImage(int Width, int Height, byte[] Pixels);

/// <summary>8-bit pixels to a network's input: (value / 255 − mean) / deviation, channel planes one after the other.</summary>
public sealed class PixelNormalizer
{
    // 256 values a channel: a table gives the very division that the authors' float32 arithmetic gives.
    private readonly float[][] _tables;

    /// <param name="mean">Means of red, green, blue over 0 … 1.</param>
    /// <param name="deviation">Standard deviations of red, green, blue over 0 … 1.</param>
    public PixelNormalizer(IReadOnlyList<float> mean, IReadOnlyList<float> deviation) =>
        _tables = [.. Enumerable.Range(0, 3).Select(channel => Enumerable.Range(0, 256)
            .Select(value => ((value / 255f) - mean[channel]) / deviation[channel]).ToArray())];

    /// <summary>Writes one image.</summary>
    /// <param name="image">[Height × Width × 3].</param>
    /// <param name="planes">[3 × Height × Width].</param>
    public void Normalize(RgbImage image, Span<float> planes)
    {
        int plane = image.Width * image.Height;
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, plane * 3);
        for (int channel = 0; channel < 3; channel++)
        {
            float[] table = _tables[channel];
            Span<float> target = planes.Slice(channel * plane, plane);
            ReadOnlySpan<byte> pixels = image.Pixels.AsSpan(channel);
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = table[pixels[i * 3]];
            }
        }
    }
}

/// <summary>Turns and mirrors an image as the EXIF orientation tag asks.</summary>
internal static class ExifOrientation
{
    /// <summary>The image upright.</summary>
    /// <param name="image">The image as stored.</param>
    /// <param name="orientation">The tag's value; outside 2 … 8 the image is returned as it is.</param>
    public static RgbImage Apply(RgbImage image, int orientation)
    {
        if (orientation is < 2 or > 8)
        {
            return image;
        }

        // 5 … 8 exchange rows and columns; in terms of the stored image, x and y then run backwards or not.
        bool exchanged = orientation >= 5;
        bool fromRight = orientation is 2 or 3 or 7 or 8;
        bool fromBottom = orientation is 3 or 4 or 6 or 7;
        int width = exchanged ? image.Height : image.Width;
        int height = exchanged ? image.Width : image.Height;
        byte[] pixels = new byte[image.Pixels.Length];
        for (int y = 0, to = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, to += 3)
            {
                int column = exchanged ? y : x;
                int row = exchanged ? x : y;
                column = fromRight ? image.Width - 1 - column : column;
                row = fromBottom ? image.Height - 1 - row : row;
                image.Pixels.AsSpan(((row * image.Width) + column) * 3, 3).CopyTo(pixels.AsSpan(to));
            }
        }

        return new RgbImage(width, height, pixels);
    }
}
