using MuSc.Features.Images;

namespace MuSc.Features.Tests.Images;

/// <summary>Damaged files by seed: each decodes in full or is refused by name and reason.</summary>
public sealed class DamagedImageTests : IDisposable
{
    private const int Variants = 200;

    private readonly string _folder = Directory.CreateTempSubdirectory("musc damaged ä ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("*.png")]
    [InlineData("*.jpg")]
    [InlineData("*.tif")]
    [InlineData("*.webp")]
    [InlineData("*.bmp")]
    public void Damaged_files_decode_or_are_refused_by_name(string pattern)
    {
        string[] originals = [.. Fixtures.Names(pattern)];
        string path = Path.Combine(_folder, "variant");
        int refused = 0;
        for (int seed = 0; seed < Variants; seed++)
        {
            byte[] file = File.ReadAllBytes(Fixtures.At(originals[seed % originals.Length]));
            File.WriteAllBytes(path, Damage.Apply(file, seed));
            try
            {
                RgbImage image = ImageDecoder.Decode(path, applyExif: seed % 2 == 0);
                Assert.Equal(image.Width * image.Height * 3, image.Pixels.Length);
            }
            catch (ImageFileException e)
            {
                refused++;
                Assert.Equal(path, e.FilePath);
                Assert.StartsWith($"{path}: ", e.Message, StringComparison.Ordinal);
                Assert.NotEmpty(e.Reason);
                Assert.DoesNotContain('\n', e.Message);
            }
        }

        Assert.InRange(refused, Variants / 4, Variants);
    }

    [Theory]
    [InlineData("rgb8.png")]
    [InlineData("rgb8-interlaced.png")]
    [InlineData("palette8.png")]
    [InlineData("rgb-420.jpg")]
    [InlineData("rgb-progressive.jpg")]
    [InlineData("rgb8.tif")]
    [InlineData("rgb8-lzw.tif")]
    [InlineData("rgb8-jpeg.tif")]
    [InlineData("rgb8-tiled.tif")]
    [InlineData("lossless.webp")]
    [InlineData("lossy.webp")]
    [InlineData("rgb24.bmp")]
    [InlineData("rle8.bmp")]
    public void A_truncated_file_is_refused_or_lacks_nothing(string name)
    {
        byte[] file = File.ReadAllBytes(Fixtures.At(name));
        byte[] whole = ImageDecoder.Decode(Fixtures.At(name), applyExif: false).Pixels;
        string path = Path.Combine(_folder, name);
        for (int length = 0; length < file.Length; length += 1 + (file.Length / 97))
        {
            File.WriteAllBytes(path, file[..length]);
            byte[]? pixels = null;
            ImageFileException? refusal = null;
            try
            {
                pixels = ImageDecoder.Decode(path, applyExif: false).Pixels;
            }
            catch (ImageFileException e)
            {
                refusal = e;
            }

            Assert.True(refusal is not null || whole.AsSpan().SequenceEqual(pixels), $"{name} cut to {length} of {file.Length} bytes gives other pixels");
        }
    }

    [Fact]
    public void A_flipped_bit_never_changes_a_PNGs_pixels()
    {
        byte[] file = File.ReadAllBytes(Fixtures.At("rgb8.png"));
        byte[] whole = ImageDecoder.Decode(Fixtures.At("rgb8.png"), applyExif: false).Pixels;
        string path = Path.Combine(_folder, "flipped.png");
        for (int bit = 0; bit < file.Length * 8; bit += 11)
        {
            byte[] flipped = [.. file];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, flipped);
            try
            {
                Assert.Equal(whole, ImageDecoder.Decode(path, applyExif: false).Pixels);
            }
            catch (ImageFileException e)
            {
                Assert.Equal(path, e.FilePath);
            }
        }
    }
}
