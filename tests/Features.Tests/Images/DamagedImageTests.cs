using System.Diagnostics;
using System.Globalization;
using MuSc.Features.Images;
using Xunit.Abstractions;

namespace MuSc.Features.Tests.Images;

/// <summary>
/// Damaged files by seed: each decodes in full or is refused by name and reason. MUSC_DAMAGED_VARIANTS sets how many of
/// each format, 200 by default.
/// </summary>
public sealed class DamagedImageTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Variants =
        int.TryParse(Environment.GetEnvironmentVariable("MUSC_DAMAGED_VARIANTS"), CultureInfo.InvariantCulture, out int more) ? more : 200;

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
        TimeSpan longest = TimeSpan.Zero;
        for (int seed = 0; seed < Variants; seed++)
        {
            byte[] file = File.ReadAllBytes(Fixtures.At(originals[seed % originals.Length]));
            File.WriteAllBytes(path, Damage.Apply(file, seed));
            long begin = Stopwatch.GetTimestamp();
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

            TimeSpan taken = Stopwatch.GetElapsedTime(begin);
            longest = taken > longest ? taken : longest;
        }

        output.WriteLine($"{pattern}: {Variants} variants, {refused} refused, {Variants - refused} decoded, longest {longest.TotalMilliseconds:F0} ms, peak memory {PeakMemory() >> 20} MB");

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
        for (int bit = 0; bit < file.Length * 8; bit += 37)
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

    [Theory]
    [InlineData("rgb-420.jpg")]
    [InlineData("rgb-444.jpg")]
    [InlineData("grey.jpg")]
    public void A_JPEG_cut_and_closed_again_is_refused_rather_than_half_grey(string name)
    {
        byte[] file = File.ReadAllBytes(Fixtures.At(name));
        int scan = file.AsSpan().IndexOf<byte>([0xFF, 0xDA]) + 14;
        string path = Path.Combine(_folder, name);
        // Inside the very last block of 8 × 8 whatever follows may happen to be a picture; nobody can know.
        for (int length = scan; length < file.Length - 40; length += 7)
        {
            // 0xFF must not be left in front of the end mark.
            File.WriteAllBytes(path, [.. file[..length], 0, 0xFF, 0xD9]);
            ImageFileException refusal = Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(path, applyExif: false));
            Assert.Contains("damaged or truncated", refusal.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_JPEG_with_padding_between_its_segments_is_read()
    {
        byte[] file = File.ReadAllBytes(Fixtures.At("rgb-444.jpg"));
        int table = file.AsSpan().IndexOf<byte>([0xFF, 0xDB]);
        string path = Path.Combine(_folder, "padded.jpg");
        File.WriteAllBytes(path, [.. file[..table], 0, 0, 0, 0, .. file[table..]]);
        Assert.Equal(ImageDecoder.Decode(Fixtures.At("rgb-444.jpg"), applyExif: false).Pixels, ImageDecoder.Decode(path, applyExif: false).Pixels);
    }

    [Theory]
    [InlineData("rgb8.png", 16, true, 4)]
    [InlineData("rgb24.bmp", 18, false, 4)]
    [InlineData("rle8.bmp", 18, false, 4)]
    [InlineData("rgb16.tif", 0, false, 2)]
    [InlineData("rgb-444.jpg", 0, true, 2)]
    [InlineData("lossless.webp", 0, false, 2)]
    public void Huge_declared_sides_are_refused_without_taking_their_memory(string name, int offset, bool bigEndian, int bytes)
    {
        byte[] file = File.ReadAllBytes(Fixtures.At(name));
        (int first, int second) = (offset, offset + bytes);
        if (name.EndsWith(".tif", StringComparison.Ordinal))
        {
            // Entries of the directory: tag, type, count, value.
            int directory = BitConverter.ToInt32(file, 4) + 2;
            (first, second) = (directory + 8, directory + 20);
        }
        else if (name.EndsWith(".jpg", StringComparison.Ordinal))
        {
            first = file.AsSpan().IndexOf<byte>([0xFF, 0xC0]) + 5;
            second = first + 2;
        }

        foreach (int at in (int[])[first, second])
        {
            byte[] side = bytes == 4 ? [0x00, 0xFF, 0xFF, 0xF0] : [0xFF, 0xDC];
            (bigEndian ? side : [.. side.Reverse()]).CopyTo(file, at);
        }

        if (name.EndsWith(".webp", StringComparison.Ordinal))
        {
            file = File.ReadAllBytes(Fixtures.At(name));
            int header = file.AsSpan().IndexOf("VP8L"u8) + 9;
            file.AsSpan(header, 3).Fill(0xFF);
        }

        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, file);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        long peak = PeakMemory();
        ImageFileException refusal = Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(path, applyExif: false));
        output.WriteLine(refusal.Message);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 16 << 20);
        Assert.InRange(PeakMemory() - peak, 0, 64L << 20);
    }

    private static long PeakMemory()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
