using System.Runtime.InteropServices;

namespace MuSc.Features.Images;

/// <summary>Anomaly maps that some program wrote as an image file: one number a pixel, of 8 or 16 bits, or floating-point (TIFF).</summary>
public static unsafe class ScoreMapDecoder
{
    private const string Options = "[access=sequential,fail_on=error]";

    /// <summary>Decodes one file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Columns, rows, and [rows × columns] scores; of several channels the first.</returns>
    /// <exception cref="ImageFileException">The file is absent, damaged or of another kind.</exception>
    public static (int Width, int Height, float[] Scores) Decode(string path)
    {
        try
        {
            byte[] file = File.ReadAllBytes(path);
            return Vips.Run(() => Read(file));
        }
        catch (VipsException e)
        {
            throw new ImageFileException(path, $"the map is damaged, truncated or of no known format ({e.Message})", e);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ImageFileException(path, e.Message, e);
        }
    }

    private static (int Width, int Height, float[] Scores) Read(byte[] file)
    {
        fixed (byte* bytes = file)
        {
            using VipsObject image = Vips.Own(NativeVips.Load(bytes, (nuint)file.Length, Options, 0));
            (int width, int height, int bands) = (NativeVips.Width(image), NativeVips.Height(image), NativeVips.Bands(image));
            ImageDecoder.CheckSize(width, height);
            using VipsObject region = Vips.Own(NativeVips.NewRegion(image));
            byte* samples = NativeVips.Fetch(region, 0, 0, width, height, out nuint length);
            if (samples == null)
            {
                throw Vips.Failure();
            }

            try
            {
                ReadOnlySpan<byte> all = new(samples, checked((int)length));
                return (width, height, NativeVips.Sample(image) switch
                {
                    VipsSample.Byte => First<byte>(all, bands, value => value),
                    VipsSample.UShort => First<ushort>(all, bands, value => value),
                    VipsSample.Float => First<float>(all, bands, value => value),
                    VipsSample.Double => First<double>(all, bands, value => (float)value),
                    _ => throw new InvalidDataException("its samples are neither 8-bit, 16-bit nor floating-point; save the map as float32"),
                });
            }
            finally
            {
                NativeVips.Free(samples);
            }
        }
    }

    private static float[] First<T>(ReadOnlySpan<byte> samples, int bands, Func<T, float> convert)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(samples);
        float[] scores = new float[values.Length / bands];
        for (int pixel = 0; pixel < scores.Length; pixel++)
        {
            scores[pixel] = convert(values[pixel * bands]);
        }

        return scores;
    }
}
