namespace MuSc.Features.Images;

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
