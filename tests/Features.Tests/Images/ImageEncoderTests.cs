using MuSc.Features.Images;

namespace MuSc.Features.Tests.Images;

public sealed class ImageEncoderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc encode ü ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(37, 23)]
    [InlineData(600, 411)]
    public void SavePng_keeps_every_pixel(int width, int height)
    {
        string path = Path.Combine(_folder, "odd name [Q=5].png");
        RgbImage image = Fixtures.Noise(width, height, 3);
        ImageEncoder.SavePng(path, image);
        RgbImage back = ImageDecoder.Decode(path, applyExif: false);
        Assert.Equal((width, height), (back.Width, back.Height));
        Assert.Equal(image.Pixels, back.Pixels);
    }

    [Fact]
    public void SavePng_gives_equal_bytes_for_equal_pixels()
    {
        (string first, string second) = (Path.Combine(_folder, "1.png"), Path.Combine(_folder, "2.png"));
        ImageEncoder.SavePng(first, Fixtures.Noise(90, 60, 7));
        ImageEncoder.SavePng(second, Fixtures.Noise(90, 60, 7));
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void ToWebP_comes_close_and_grows_with_quality()
    {
        RgbImage image = PillowResize.Resize(Fixtures.Noise(6, 6, 5), 96, 80, ResizeFilter.Bicubic);
        byte[] good = ImageEncoder.ToWebP(image, 90);
        Assert.InRange(ImageEncoder.ToWebP(image, 20).Length, 1, good.Length - 1);
        string path = Path.Combine(_folder, "lossy");
        File.WriteAllBytes(path, good);
        RgbImage back = ImageDecoder.Decode(path, applyExif: false);
        Assert.Equal((96, 80), (back.Width, back.Height));
        Assert.InRange(image.Pixels.Zip(back.Pixels, (a, b) => Math.Abs(a - b)).Average(), 0, 6);
    }

    [Fact]
    public void SaveTiff_writes_32_bit_floats_of_one_channel()
    {
        string path = Path.Combine(_folder, "map.tiff");
        float[] samples = [.. Enumerable.Range(0, 35).Select(i => (i * 0.37f) - 2)];
        ImageEncoder.SaveTiff(path, samples, 7, 5);
        byte[] file = File.ReadAllBytes(path);
        Dictionary<int, int> tags = TiffTags(file);
        Assert.Equal((7, 5, 32, 1), (tags[256], tags[257], tags[258], tags[259]));
        Assert.Equal(3, tags[339]);
        float[] stored = new float[35];
        Buffer.BlockCopy(file, tags[273], stored, 0, 35 * 4);
        Assert.Equal(samples, stored);
    }

    [Fact]
    public void Encoders_refuse_pixels_of_another_count()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageEncoder.ToWebP(new RgbImage(3, 3, new byte[26]), 80));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageEncoder.SaveTiff(Path.Combine(_folder, "x.tiff"), new float[8], 3, 3));
    }

    // The first directory of a little-endian file; values of one number only.
    private static Dictionary<int, int> TiffTags(byte[] file)
    {
        Assert.Equal("II*\0"u8.ToArray(), file[..4]);
        int directory = BitConverter.ToInt32(file, 4);
        return Enumerable.Range(0, BitConverter.ToUInt16(file, directory)).Select(entry => directory + 2 + (entry * 12))
            .ToDictionary(at => (int)BitConverter.ToUInt16(file, at), at => BitConverter.ToUInt16(file, at + 2) == 3 ? BitConverter.ToUInt16(file, at + 8) : BitConverter.ToInt32(file, at + 8));
    }
}
