using NetVips;

namespace MuSc.Features.Images;

/// <summary>Pixels to image files, through libvips; without metadata, so that equal pixels give equal bytes.</summary>
public static class ImageEncoder
{
    /// <summary>Writes an 8-bit RGB PNG; an existing file is replaced.</summary>
    public static void SavePng(string path, RgbImage image) =>
        File.WriteAllBytes(path, ToPng(image));

    /// <summary>A lossy WebP file's bytes.</summary>
    /// <param name="image">The pixels, each side at most 16383.</param>
    /// <param name="quality">1 … 100.</param>
    public static byte[] ToWebP(RgbImage image, int quality) => Encode(image, pixels => pixels.WebpsaveBuffer(q: quality, keep: Enums.ForeignKeep.None));

    /// <summary>A JPEG file's bytes.</summary>
    /// <param name="image">The pixels, each side at most 65535.</param>
    /// <param name="quality">1 … 100.</param>
    public static byte[] ToJpeg(RgbImage image, int quality) => Encode(image, pixels => pixels.JpegsaveBuffer(q: quality, keep: Enums.ForeignKeep.None));

    /// <summary>A PNG file's bytes.</summary>
    public static byte[] ToPng(RgbImage image) => Encode(image, pixels => pixels.PngsaveBuffer(compression: 6, keep: Enums.ForeignKeep.None));

    /// <summary>The bytes of a PNG file of 1 bit a pixel.</summary>
    /// <param name="mask">[height × width], 0 or 255.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static byte[] ToMask(ReadOnlySpan<bool> mask, int width, int height) => Encode(
        Bytes(mask), (width, height, 1), Enums.BandFormat.Uchar, Enums.Interpretation.Bw,
        image => image.PngsaveBuffer(bitdepth: 1, keep: Enums.ForeignKeep.None));

    /// <summary>The bytes of a grey PNG file of 8 bits a pixel.</summary>
    /// <param name="pixels">[height × width].</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static byte[] ToGrey(ReadOnlySpan<byte> pixels, int width, int height) => Encode(
        pixels, (width, height, 1), Enums.BandFormat.Uchar, Enums.Interpretation.Bw, image => image.PngsaveBuffer(keep: Enums.ForeignKeep.None));

    /// <summary>Writes an uncompressed TIFF of one 32-bit float channel, which every reader understands; an existing file is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="samples">[height × width].</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static void SaveTiff(string path, ReadOnlySpan<float> samples, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)samples.Length, (long)width * height);
        File.WriteAllBytes(path, Encode(
            MemoryMarshal.AsBytes(samples), (width, height, 1), Enums.BandFormat.Float, Enums.Interpretation.Bw,
            map => map.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.None, keep: Enums.ForeignKeep.None)));
    }

    private static byte[] Bytes(ReadOnlySpan<bool> mask)
    {
        byte[] bytes = new byte[mask.Length];
        for (int pixel = 0; pixel < mask.Length; pixel++)
        {
            bytes[pixel] = mask[pixel] ? byte.MaxValue : byte.MinValue;
        }

        return bytes;
    }

    private static byte[] Encode(RgbImage image, Func<Image, byte[]> save)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)image.Pixels.Length, (long)image.Width * image.Height * 3);
        return Encode(image.Pixels, (image.Width, image.Height, 3), Enums.BandFormat.Uchar, Enums.Interpretation.Srgb, save);
    }

    private static unsafe byte[] Encode(
        ReadOnlySpan<byte> samples, (int Width, int Height, int Bands) shape, Enums.BandFormat format, Enums.Interpretation meaning, Func<Image, byte[]> save)
    {
        fixed (byte* start = samples)
        {
            // A lambda cannot take the pinned pointer itself.
            nint pinned = (nint)start;
            ulong length = (ulong)samples.Length;
            return LibVips.Run(() =>
            {
                using Image raw = Image.NewFromMemory(pinned, length, shape.Width, shape.Height, shape.Bands, format);
                using Image image = raw.Copy(interpretation: meaning);
                return save(image);
            });
        }
    }
}
