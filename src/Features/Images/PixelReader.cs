using NetVips;

namespace MuSc.Features.Images;

/// <summary>Decodes with libvips, strip by strip on the calling thread.</summary>
internal static class PixelReader
{
    // Each strip is an array of its own; this size stays below that of .NET's heap for large objects.
    private const int StripBytes = 1 << 15;

    /// <summary>Decodes a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">What it is.</param>
    /// <param name="applyExif">Whether to turn it as its EXIF orientation says.</param>
    /// <exception cref="LibVipsException">libvips cannot decode it, or only with gaps.</exception>
    /// <exception cref="InvalidDataException">It is too large, or its kind of pixels is not supported.</exception>
    /// <exception cref="ImageFileException">It cannot be read.</exception>
    public static RgbImage Read(string path, ImageFormat format, bool applyExif) => LibVips.Run(
        () =>
        {
            using Source source = OpenFile(path, format);
            using Image image = Open(source);
            (int width, int height) = (image.Width, image.Height);
            ImageDecoder.CheckSize(width, height);
            SampleLayout layout = SampleLayout.Of(image.Bands, image.Format, image.Interpretation);

            // The tag is TIFF's own there, and Pillow obeys it whenever it loads such a file.
            int orientation = applyExif || format == ImageFormat.Tiff ? Orientation(image) : 1;
            using Region region = Region.New(image);
            byte[] pixels = ReadStrips(region, width, height, layout);
            return ExifOrientation.Apply(new RgbImage(width, height, pixels), orientation);
        },
        format == ImageFormat.Jpeg ? IsDamage : null);

    /// <summary>Opens an image file of any format that libvips knows, to be read once from top to bottom.</summary>
    /// <param name="source">The file; to be released after the image.</param>
    // "Error" also refuses what "Truncated" does; it makes libpng check its sums and libtiff's errors count.
    public static Image Open(Source source) => Image.NewFromSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);

    // PNG and TIFF files may be as large as their pixels; libvips reads them piece by piece. Files of the others it maps into
    // memory, where one that is cut meanwhile would end the process; these come from an array.
    private static Source OpenFile(string path, ImageFormat format) =>
        format is ImageFormat.Png or ImageFormat.Tiff ? Source.NewFromFile(path) : Source.NewFromMemory(ImageBytes.Read(path));

    private static byte[] ReadStrips(Region region, int width, int height, SampleLayout layout)
    {
        byte[]? pixels = null;
        int rows = Math.Clamp(StripBytes / (width * layout.PixelBytes), 1, height);
        for (int top = 0; top < height; top += rows)
        {
            int strip = Math.Min(rows, height - top);
            byte[] samples = region.Fetch(0, top, width, strip);

            // Only now: a file that declares much and holds nothing has failed before.
            pixels ??= GC.AllocateUninitializedArray<byte>(checked(width * height * 3));
            layout.ToRgb(samples, pixels.AsSpan(top * width * 3, strip * width * 3));
        }

        return pixels!;
    }

    // NetVips empties libvips' store of texts here; so this comes before any pixel, whose warnings count.
    private static int Orientation(Image image) => image.Contains("orientation") ? Math.Clamp((int)image.Get("orientation"), 1, 8) : 1;

    // libjpeg goes on with grey or garbage after these; its other warnings (a stray profile, padding between segments) touch no pixel.
    private static bool IsDamage(string warnings) =>
        (warnings.Contains("Corrupt JPEG data", StringComparison.Ordinal)
            && !warnings.Contains("extraneous bytes", StringComparison.Ordinal)
            && !warnings.Contains("ICC marker", StringComparison.Ordinal))
        || warnings.Contains("Inconsistent progression", StringComparison.Ordinal);
}
