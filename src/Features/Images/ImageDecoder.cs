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

    /// <summary>The most bytes a file may have: what the largest image takes without compression, with alpha and 16 bits, and a little more.</summary>
    public const long MaxFileBytes = (MaxPixels * 8) + (1 << 20);

    /// <summary>Decodes one file, of which nothing but what is made of it stays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="applyExif">As for the other overload.</param>
    /// <param name="use">Makes something of it; its memory (<see cref="DecodingMemory"/>) is taken until then.</param>
    /// <exception cref="ImageFileException">The file is absent, unreadable, damaged, truncated, too large or of no known format.</exception>
    public static T Decode<T>(string path, bool applyExif, Func<RgbImage, T> use)
    {
        using DecodingMemory memory = new();
        return use(Decode(path, applyExif, memory));
    }

    /// <summary>Decodes one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="applyExif">Whether to turn the image as its EXIF orientation says; the authors do not. A TIFF file is always turned as its own tag says, as Pillow does it.</param>
    /// <exception cref="ImageFileException">The file is absent, unreadable, damaged, truncated, too large or of no known format.</exception>
    public static RgbImage Decode(string path, bool applyExif) => Decode(path, applyExif, image => image);

    private static RgbImage Decode(string path, bool applyExif, DecodingMemory memory)
    {
        byte[] start = ImageBytes.ReadStart(path);
        ImageFormat format = ImageFormats.Detect(start);
        try
        {
            return format switch
            {
                ImageFormat.Unknown => throw new InvalidDataException(Describe(start)),
                ImageFormat.Bmp => BmpReader.Read(ImageBytes.Read(path), memory),
                _ => PixelReader.Read(path, format, applyExif, memory),
            };
        }
        catch (Exception e) when (e is LibVipsException or InvalidDataException or OutOfMemoryException)
        {
            string reason = e switch
            {
                LibVipsException => $"the {format.Name()} file is damaged or truncated ({e.Message})",
                InvalidDataException => e.Message,
                _ => "there is not enough memory to decode it",
            };
            throw new ImageFileException(path, reason, e);
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

    private static string Describe(ReadOnlySpan<byte> start) =>
        $"it is no PNG, JPEG, TIFF, WebP or BMP file (it begins with the bytes {Convert.ToHexString(start[..Math.Min(start.Length, 8)])})";
}

/// <summary>A decoded image: 8-bit RGB, rows from the top, no padding.</summary>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Pixels">[Height × Width × 3].</param>
public sealed record RgbImage(int Width, int Height, byte[] Pixels);

/// <summary>An image file that cannot be used; the message names the file and the reason.</summary>
/// <param name="path">The file.</param>
/// <param name="reason">What is wrong with it, as a phrase without the file's name.</param>
/// <param name="inner">The cause, if there was another error.</param>
public sealed class ImageFileException(string path, string reason, Exception? inner = null) : Exception($"{path}: {reason}", inner)
{
    public string FilePath => path;

    public string Reason => reason;
}

/// <summary>The formats that are read, recognised by their first bytes, never by the file's name.</summary>
internal enum ImageFormat
{
    Unknown,
    Png,
    Jpeg,
    Tiff,
    WebP,
    Bmp,
}

internal static class ImageFormats
{
    public static ImageFormat Detect(ReadOnlySpan<byte> file) => file switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => ImageFormat.Tiff,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
        [(byte)'B', (byte)'M', ..] => ImageFormat.Bmp,
        _ => ImageFormat.Unknown,
    };

    public static string Name(this ImageFormat format) => format == ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();
}

/// <summary>The bytes of an image file.</summary>
internal static class ImageBytes
{
    /// <summary>Reads a whole file into an array of its size, which libvips takes without a copy.</summary>
    /// <exception cref="ImageFileException">It is absent, a folder, unreadable or larger than an array may be.</exception>
    public static byte[] Read(string path) => Read(path, File.ReadAllBytes);

    /// <summary>Reads the first bytes of a file, enough to know its format.</summary>
    /// <exception cref="ImageFileException">It is absent, a folder, empty, too large or unreadable.</exception>
    public static byte[] ReadStart(string path) => Read(path, static path =>
    {
        // Pipes and devices, which may never end or answer, have no length.
        long length = new FileInfo(path).Length;
        if (length is 0 or > ImageDecoder.MaxFileBytes)
        {
            throw new ImageFileException(path, length == 0 ? "the file is empty" : $"it has {length:N0} bytes; at most {ImageDecoder.MaxFileBytes:N0} are read");
        }

        using FileStream file = File.OpenRead(path);
        byte[] start = new byte[16];
        return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    });

    private static byte[] Read(string path, Func<string, byte[]> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            string reason = Directory.Exists(path) ? "it is a folder, not an image file"
                : e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : $"it cannot be read ({e.Message})";
            throw new ImageFileException(path, reason, e);
        }
    }
}
