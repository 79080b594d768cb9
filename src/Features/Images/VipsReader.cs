namespace MuSc.Features.Images;

/// <summary>Decodes with libvips, strip by strip on the calling thread.</summary>
internal static unsafe class VipsReader
{
    private const int StripBytes = 1 << 20;

    // "error" also refuses what "truncated" does; it makes libpng check its sums and libtiff's errors count.
    private const string Options = "[access=sequential,fail_on=error]";

    /// <summary>Decodes a whole file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="format">What it is.</param>
    /// <param name="applyExif">Whether to turn it as its EXIF orientation says.</param>
    /// <exception cref="VipsException">libvips cannot decode it, or only with gaps.</exception>
    /// <exception cref="InvalidDataException">It is too large, or its kind of pixels is not supported.</exception>
    public static RgbImage Read(ReadOnlyMemory<byte> file, ImageFormat format, bool applyExif) => Vips.Run(
        () =>
        {
            fixed (byte* bytes = file.Span)
            {
                using VipsObject image = Vips.Own(NativeVips.Load(bytes, (nuint)file.Length, Options, 0));
                int width = NativeVips.Width(image);
                int height = NativeVips.Height(image);
                ImageDecoder.CheckSize(width, height);
                SampleLayout layout = SampleLayout.Of(NativeVips.Bands(image), NativeVips.Sample(image), NativeVips.Colour(image));

                // The tag is TIFF's own there, and Pillow obeys it whenever it loads such a file.
                int orientation = applyExif || format == ImageFormat.Tiff ? NativeVips.Orientation(image) : 1;
                using VipsObject region = Vips.Own(NativeVips.NewRegion(image));
                byte[] pixels = ReadStrips(region, width, height, layout);
                return ExifOrientation.Apply(new RgbImage(width, height, pixels), orientation);
            }
        },
        format == ImageFormat.Jpeg ? IsDamage : null);

    private static byte[] ReadStrips(VipsObject region, int width, int height, SampleLayout layout)
    {
        byte[]? pixels = null;
        int rows = Math.Clamp(StripBytes / (width * layout.PixelBytes), 1, height);
        for (int top = 0; top < height; top += rows)
        {
            int strip = Math.Min(rows, height - top);
            byte* samples = NativeVips.Fetch(region, 0, top, width, strip, out nuint length);
            if (samples == null)
            {
                throw Vips.Failure();
            }

            try
            {
                // Only now: a file that declares much and holds nothing has failed before.
                pixels ??= GC.AllocateUninitializedArray<byte>(checked(width * height * 3));
                layout.ToRgb(new ReadOnlySpan<byte>(samples, checked((int)length)), pixels.AsSpan(top * width * 3, strip * width * 3));
            }
            finally
            {
                NativeVips.Free(samples);
            }
        }

        return pixels!;
    }

    // libjpeg goes on with grey or garbage after these; its other warnings (a stray profile, padding between segments) touch no pixel.
    private static bool IsDamage(string warnings) =>
        (warnings.Contains("Corrupt JPEG data", StringComparison.Ordinal)
            && !warnings.Contains("extraneous bytes", StringComparison.Ordinal)
            && !warnings.Contains("ICC marker", StringComparison.Ordinal))
        || warnings.Contains("Inconsistent progression", StringComparison.Ordinal);
}
