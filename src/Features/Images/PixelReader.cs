using NetVips;

namespace MuSc.Features.Images;

/// <summary>Decodes with libvips, strip by strip on the calling thread.</summary>
internal static class PixelReader
{
    // Each strip is an array of its own; this size stays below that of .NET's heap for large objects.
    private const int StripBytes = 1 << 15;

    /// <summary>Decodes a whole file.</summary>
    /// <exception cref="LibVipsException">libvips cannot decode it, or only with gaps.</exception>
    /// <exception cref="InvalidDataException">It is too large, or its kind of pixels is not supported.</exception>
    /// <exception cref="ImageFileException">It cannot be read.</exception>
    public static RgbImage Read(string path, ImageFormat format, bool applyExif, DecodingMemory memory)
    {
        // PNG and TIFF files may be as large as their pixels; libvips reads them piece by piece. Files of the others it maps into
        // memory, where one that is cut meanwhile would end the process; these come from an array.
        byte[]? whole = format is ImageFormat.Png or ImageFormat.Tiff ? null : ImageBytes.Read(path);
        Predicate<string>? isDamage = format == ImageFormat.Jpeg ? IsDamage : null;
        (int width, int height) = LibVips.Run(
            () =>
            {
                using Source source = OpenFile();
                using Image image = Open(source);
                return (image.Width, image.Height);
            },
            isDamage);
        ImageDecoder.CheckSize(width, height);

        // Not inside a chain, for which others may be waiting.
        memory.Take(width, height);
        return LibVips.Run(
            () =>
            {
                using Source source = OpenFile();
                using Image image = Open(source);
                if ((image.Width, image.Height) != (width, height))
                {
                    throw new InvalidDataException("it was changed while it was read");
                }

                SampleLayout layout = SampleLayout.Of(image.Bands, image.Format, image.Interpretation);

                // The tag is TIFF's own there, and Pillow obeys it whenever it loads such a file.
                int orientation = applyExif || format == ImageFormat.Tiff ? Orientation(image) : 1;
                using Region region = Region.New(image);
                byte[] pixels = ReadStrips(region, width, height, layout);
                return ExifOrientation.Apply(new RgbImage(width, height, pixels), orientation);
            },
            isDamage);

        Source OpenFile() => whole is null ? Source.NewFromFile(path) : Source.NewFromMemory(whole);
    }

    /// <summary>Opens an image file of any format that libvips knows, to be read once from top to bottom.</summary>
    /// <param name="source">The file; to be released after the image.</param>
    // "Error" also refuses what "Truncated" does; it makes libpng check its sums and libtiff's errors count.
    public static Image Open(Source source) => Image.NewFromSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);

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

/// <summary>How libvips laid out decoded pixels, and how they become 8-bit RGB.</summary>
/// <param name="Bands">Samples of a pixel.</param>
/// <param name="Wide">Whether a sample has 16 bits rather than 8.</param>
/// <param name="Colour">Grey, RGB or CMYK; further samples are alpha and the like.</param>
internal readonly record struct SampleLayout(int Bands, bool Wide, SampleColour Colour)
{
    public int PixelBytes => Wide ? Bands * 2 : Bands;

    /// <summary>The layout of a loaded image.</summary>
    /// <exception cref="InvalidDataException">The samples or the colour space are of a kind that has no agreed 8-bit RGB form.</exception>
    public static SampleLayout Of(int bands, Enums.BandFormat sample, Enums.Interpretation meaning)
    {
        if (sample is not (Enums.BandFormat.Uchar or Enums.BandFormat.Ushort))
        {
            throw new InvalidDataException("its samples are neither 8-bit nor 16-bit unsigned integers; save it as 8-bit RGB");
        }

        SampleColour colour = meaning switch
        {
            Enums.Interpretation.Bw or Enums.Interpretation.Grey16 => SampleColour.Grey,
            Enums.Interpretation.Cmyk when bands >= 4 => SampleColour.Cmyk,
            Enums.Interpretation.Multiband or Enums.Interpretation.Rgb or Enums.Interpretation.Srgb or Enums.Interpretation.Rgb16 => bands < 3 ? SampleColour.Grey : SampleColour.Rgb,
            _ => throw new InvalidDataException("its colour space is neither grey, RGB nor CMYK; save it as 8-bit RGB"),
        };
        return new SampleLayout(bands, sample == Enums.BandFormat.Ushort, colour);
    }

    /// <summary>Converts pixels.</summary>
    /// <param name="samples">[n × Bands], 8 or 16 bits each.</param>
    /// <param name="rgb">[n × 3].</param>
    public void ToRgb(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        if (Wide)
        {
            ReadOnlySpan<ushort> wide = MemoryMarshal.Cast<byte, ushort>(samples);
            byte[] narrow = new byte[wide.Length];
            for (int i = 0; i < narrow.Length; i++)
            {
                narrow[i] = (byte)(wide[i] >> 8);
            }

            samples = narrow;
        }

        switch (Colour)
        {
            case SampleColour.Cmyk:
                FromCmyk(samples, rgb);
                break;
            case SampleColour.Rgb when Bands == 3:
                samples.CopyTo(rgb);
                break;
            default:
                Pick(samples, rgb);
                break;
        }
    }

    private void Pick(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        (int green, int blue) = Colour == SampleColour.Grey ? (0, 0) : (1, 2);
        for (int from = 0, to = 0; to < rgb.Length; from += Bands, to += 3)
        {
            (rgb[to], rgb[to + 1], rgb[to + 2]) = (samples[from], samples[from + green], samples[from + blue]);
        }
    }

    private void FromCmyk(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += Bands, to += 3)
        {
            int light = 255 - samples[from + 3];
            for (int i = 0; i < 3; i++)
            {
                // ink · light / 255, rounded as Pillow's MULDIV255 does.
                int product = (samples[from + i] * light) + 128;
                rgb[to + i] = (byte)Math.Max(0, light - (((product >> 8) + product) >> 8));
            }
        }
    }
}

/// <summary>What the first samples of a pixel mean.</summary>
internal enum SampleColour
{
    Grey,
    Rgb,
    Cmyk,
}

/// <summary>Turns and mirrors an image as the EXIF orientation tag asks.</summary>
internal static class ExifOrientation
{
    /// <summary>The image upright; with a value of the tag outside 2 … 8 as it is.</summary>
    public static RgbImage Apply(RgbImage image, int orientation)
    {
        if (orientation is < 2 or > 8)
        {
            return image;
        }

        // From a stored pixel to the next in its row and in its column, backwards where the image is mirrored.
        (int width, int height) = (image.Width, image.Height);
        int across = orientation is 2 or 3 or 7 or 8 ? -3 : 3;
        int down = orientation is 3 or 4 or 6 or 7 ? -3 * width : 3 * width;
        int start = (across < 0 ? 3 * (width - 1) : 0) + (down < 0 ? 3 * width * (height - 1) : 0);
        if (orientation >= 5)
        {
            (width, height, across, down) = (height, width, down, across);
        }

        byte[] pixels = new byte[image.Pixels.Length];
        for (int y = 0, to = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, to += 3)
            {
                image.Pixels.AsSpan(start + (y * down) + (x * across), 3).CopyTo(pixels.AsSpan(to));
            }
        }

        return new RgbImage(width, height, pixels);
    }
}
