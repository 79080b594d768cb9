namespace MuSc.Features.Images;

/// <summary>The formats that are read, recognised by their first bytes, never by the file's name.</summary>
internal enum ImageFormat
{
    /// <summary>None of the others.</summary>
    Unknown,
    Png,
    Jpeg,
    Tiff,
    WebP,
    Bmp,
}

internal static class ImageFormats
{
    /// <summary>The format by the first bytes of a file.</summary>
    public static ImageFormat Detect(ReadOnlySpan<byte> file) => file switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => ImageFormat.Tiff,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
        [(byte)'B', (byte)'M', ..] => ImageFormat.Bmp,
        _ => ImageFormat.Unknown,
    };

    /// <summary>The format's usual name.</summary>
    public static string Name(this ImageFormat format) => format == ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();
}
