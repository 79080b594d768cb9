using System.Numerics;
using NetVips;

namespace MuSc.Features.Images;

/// <summary>Anomaly maps that some program wrote as an image file: one number a pixel, of 8 or 16 bits, or floating-point (TIFF).</summary>
public static class ScoreMapDecoder
{
    /// <summary>Decodes one file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Columns, rows, and [rows × columns] scores; of several channels the first.</returns>
    /// <exception cref="ImageFileException">The file is absent, damaged or of another kind.</exception>
    public static (int Width, int Height, float[] Scores) Decode(string path)
    {
        try
        {
            byte[] file = File.ReadAllBytes(path);
            return LibVips.Run(() => Read(file));
        }
        catch (LibVipsException e)
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
        using Source source = Source.NewFromMemory(file);
        using Image image = PixelReader.Open(source);
        (int width, int height, int bands) = (image.Width, image.Height, image.Bands);
        ImageDecoder.CheckSize(width, height);
        using Region region = Region.New(image);
        byte[] samples = region.Fetch(0, 0, width, height);
        return (width, height, image.Format switch
        {
            Enums.BandFormat.Uchar => First<byte>(samples, bands),
            Enums.BandFormat.Ushort => First<ushort>(samples, bands),
            Enums.BandFormat.Float => First<float>(samples, bands),
            Enums.BandFormat.Double => First<double>(samples, bands),
            _ => throw new InvalidDataException("its samples are neither 8-bit, 16-bit nor floating-point; save the map as float32"),
        });
    }

    private static float[] First<T>(ReadOnlySpan<byte> samples, int bands)
        where T : unmanaged, INumberBase<T>
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(samples);
        float[] scores = new float[values.Length / bands];
        for (int pixel = 0; pixel < scores.Length; pixel++)
        {
            scores[pixel] = float.CreateTruncating(values[pixel * bands]);
        }

        return scores;
    }
}
