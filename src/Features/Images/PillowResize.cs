namespace MuSc.Features.Images;

/// <summary>
/// Resizes as Pillow's <c>Image.resize</c> does, to the bit: first the rows, then the columns, each antialiased over the
/// filter's widened support, in fixed point and rounded to 8 bits in between (SPEC 1; Pillow's src/libImaging/Resample.c).
/// </summary>
public static class PillowResize
{
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
            pixels = ResizePasses.Rows(pixels, image.Width, width, image.Height, filter);
        }

        if (height != image.Height)
        {
            pixels = ResizePasses.Columns(pixels, width, image.Height, height, filter);
        }

        return new RgbImage(width, height, pixels);
    }
}
