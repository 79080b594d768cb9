using System.Runtime.InteropServices;

namespace MuSc.Features.Images;

/// <summary>Pixels to image files, through libvips; without metadata, so that equal pixels give equal bytes.</summary>
public static unsafe class ImageEncoder
{
    /// <summary>Writes an 8-bit RGB PNG; an existing file is replaced.</summary>
    public static void SavePng(string path, RgbImage image) => File.WriteAllBytes(path, Encode(image, ".png[compression=6,keep=none]"));

    /// <summary>A JPEG file's bytes.</summary>
    /// <param name="image">The pixels.</param>
    /// <param name="quality">1 … 100.</param>
    public static byte[] ToJpeg(RgbImage image, int quality) => Encode(image, $".jpg[Q={quality},keep=none]");

    /// <summary>A lossy WebP file's bytes.</summary>
    /// <param name="image">The pixels, each side at most 16383.</param>
    /// <param name="quality">1 … 100.</param>
    public static byte[] ToWebP(RgbImage image, int quality) => Encode(image, $".webp[Q={quality},keep=none]");

    /// <summary>Writes an uncompressed TIFF of one 32-bit float channel, which every reader understands; an existing file is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="samples">[height × width].</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static void SaveTiff(string path, ReadOnlySpan<float> samples, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)samples.Length, (long)width * height);
        File.WriteAllBytes(path, Encode(MemoryMarshal.AsBytes(samples), width, height, 1, VipsSample.Float, VipsColour.BlackWhite, ".tiff[compression=none,keep=none]"));
    }

    private static byte[] Encode(RgbImage image, string format)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)image.Pixels.Length, (long)image.Width * image.Height * 3);
        return Encode(image.Pixels, image.Width, image.Height, 3, VipsSample.Byte, VipsColour.Srgb, format);
    }

    private static byte[] Encode(ReadOnlySpan<byte> samples, int width, int height, int bands, VipsSample sample, VipsColour colour, string suffix)
    {
        fixed (byte* start = samples)
        {
            // A lambda cannot take the pinned pointer itself.
            nint pinned = (nint)start;
            nuint length = (nuint)samples.Length;
            return Vips.Run(() =>
            {
                using VipsObject raw = Vips.Own(NativeVips.Wrap((void*)pinned, length, width, height, bands, sample));
                Vips.Check(NativeVips.Copy(raw, out nint copy, "interpretation", colour, 0));
                using VipsObject image = Vips.Own(copy);
                Vips.Check(NativeVips.Save(image, suffix, out byte* file, out nuint fileLength, 0));
                try
                {
                    return new ReadOnlySpan<byte>(file, checked((int)fileLength)).ToArray();
                }
                finally
                {
                    NativeVips.Free(file);
                }
            });
        }
    }
}
