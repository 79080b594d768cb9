namespace MuSc.Features.Images;

/// <summary>
/// Image file to 8-bit RGB pixels (docs/method.md, Pixels): PNG, JPEG, TIFF, WebP and BMP, whatever the file is called. Grey is repeated,
/// palettes are looked up, alpha is dropped, of 16 bits the upper 8 stay, CMYK becomes RGB as Pillow does it; colour
/// profiles are not applied. Of several pages or frames the first is taken.
/// </summary>
public static class ImageDecoder
{
    /// <summary>The most pixels an image may have; a file that declares more is refused before memory is taken for it.</summary>
    public const long MaxPixels = 1L << 27;

    /// <summary>The most pixels a side may have, as a JPEG file cannot have more.</summary>
    public const int MaxSide = 65_535;

    /// <summary>Decodes one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="applyExif">Whether to turn the image as its EXIF orientation says; the authors do not. A TIFF file is always turned as its own tag says, as Pillow does it.</param>
    /// <exception cref="ImageFileException">The file is absent, unreadable, damaged, truncated, too large or of no known format.</exception>
    public static RgbImage Decode(string path, bool applyExif)
    {
        byte[] start = ImageBytes.ReadStart(path);
        ImageFormat format = ImageFormats.Detect(start);
        try
        {
            return format switch
            {
                ImageFormat.Unknown => throw new InvalidDataException(Describe(start)),
                ImageFormat.Bmp => BmpReader.Read(ImageBytes.Read(path)),
                _ => PixelReader.Read(path, format, applyExif),
            };
        }
        catch (LibVipsException e)
        {
            throw new ImageFileException(path, $"the {format.Name()} file is damaged or truncated ({e.Message})", e);
        }
        catch (InvalidDataException e)
        {
            throw new ImageFileException(path, e.Message, e);
        }
        catch (OutOfMemoryException e)
        {
            throw new ImageFileException(path, "there is not enough memory to decode it", e);
        }
    }

    /// <summary>Refuses what no image may declare.</summary>
    /// <exception cref="InvalidDataException">A side is not positive, or there are too many pixels.</exception>
    internal static void CheckSize(long width, long height)
    {
        if (width <= 0 || height <= 0)
        {
            throw new InvalidDataException($"it declares {width} × {height} pixels");
        }

        if (width > MaxSide || height > MaxSide || width * height > MaxPixels)
        {
            throw new InvalidDataException($"it declares {width} × {height} pixels; at most {MaxSide:N0} a side and {MaxPixels:N0} in all are read");
        }
    }

    private static string Describe(ReadOnlySpan<byte> start) => start.Length == 0
        ? "the file is empty"
        : $"it is no PNG, JPEG, TIFF, WebP or BMP file (it begins with the bytes {Convert.ToHexString(start[..Math.Min(start.Length, 8)])})";
}
