using System.Buffers;

namespace MuSc.Features.Images;

/// <summary>
/// Resizes as Pillow's <c>Image.resize</c> does, to the bit: first the rows, then the columns, each antialiased over the
/// filter's widened support, in fixed point and rounded to 8 bits in between (docs/method.md, Pixels; Pillow's src/libImaging/Resample.c).
/// </summary>
public static class PillowResize
{
    /// <summary>Resizes with the bicubic filter, a = −0.5.</summary>
    public static RgbImage Bicubic(RgbImage image, int width, int height) => Resize(image, width, height, ResizeFilter.Bicubic);

    /// <summary>Resizes with the bilinear filter.</summary>
    public static RgbImage Bilinear(RgbImage image, int width, int height) => Resize(image, width, height, ResizeFilter.Bilinear);

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
