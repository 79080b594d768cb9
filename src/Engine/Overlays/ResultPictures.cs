using MuSc.Features.Images;

namespace MuSc.Engine.Overlays;

/// <summary>The pictures of a job's results, all on one scale.</summary>
/// <param name="scale">The set's scale.</param>
public sealed class ResultPictures(HeatScale scale)
{
    /// <summary>The longest side of an overlay in pixels; larger images are shrunk to it.</summary>
    public const int OverlaySide = 1024;

    /// <summary>The longest side of a thumbnail in pixels.</summary>
    public const int ThumbnailSide = 320;

    private const int ThumbnailQuality = 75;
    private readonly HeatPainter _painter = new(scale);

    /// <summary>The heat map over the image, at the image's shape.</summary>
    /// <param name="image">The image as decoded.</param>
    /// <param name="map">[S × S] scores.</param>
    /// <param name="size">S.</param>
    public RgbImage Overlay(RgbImage image, ReadOnlySpan<float> map, int size) => _painter.Over(Fit(image, OverlaySide), map, size);

    /// <summary>Image and overlay for the report, as WebP files of the same size; without an image the map alone.</summary>
    /// <param name="image">The image as decoded, or null.</param>
    /// <param name="map">[S × S] scores.</param>
    /// <param name="size">S.</param>
    public (byte[] Image, byte[] Overlay) Thumbnails(RgbImage? image, ReadOnlySpan<float> map, int size)
    {
        if (image is null)
        {
            return ([], ImageEncoder.ToWebP(Fit(_painter.Alone(map, size), ThumbnailSide), ThumbnailQuality));
        }

        RgbImage small = Fit(image, ThumbnailSide);
        return (ImageEncoder.ToWebP(small, ThumbnailQuality), ImageEncoder.ToWebP(_painter.Over(small, map, size), ThumbnailQuality));
    }

    private static RgbImage Fit(RgbImage image, int side)
    {
        int longest = Math.Max(image.Width, image.Height);
        return longest <= side
            ? image
            : PillowResize.Bilinear(image, Scaled(image.Width), Scaled(image.Height));

        int Scaled(int length) => Math.Max(1, (int)Math.Round((double)length * side / longest));
    }
}
