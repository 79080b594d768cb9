using System.Globalization;
using MuSc.Features.Images;
using NetVips;
using Xunit.Abstractions;

namespace MuSc.Features.Tests.Images;

/// <summary>Decoding and encoding give back what they take. MUSC_DECODES sets how many files are decoded, 2,000 by default.</summary>
public sealed class ImageMemoryTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc memory ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Decoding_and_encoding_leak_nothing()
    {
        int decodes = int.TryParse(Environment.GetEnvironmentVariable("MUSC_DECODES"), CultureInfo.InvariantCulture, out int more) ? more : 2000;
        string[] files = WriteFiles();
        Use(files, 200);
        (long resident, int allocations) = Measure();
        Use(files, decodes);
        (long residentAfter, int allocationsAfter) = Measure();
        output.WriteLine($"{decodes} decodes: resident {resident >> 20} MB, then {residentAfter >> 20} MB; libvips' allocations {allocations}, then {allocationsAfter}");

        // One leaked strip a file would be 360 KB, or 720 MB in all; other tests run beside this one.
        Assert.InRange(residentAfter - resident, long.MinValue, 200L << 20);
        Assert.InRange(allocationsAfter - allocations, int.MinValue, decodes / 10);
    }

    private static void Use(string[] files, int count) => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
    {
        string file = files[i % files.Length];
        if (Path.GetFileName(file).StartsWith("cut", StringComparison.Ordinal))
        {
            Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(file, applyExif: false));
        }
        else
        {
            Assert.NotEmpty(ImageEncoder.ToWebP(ImageDecoder.Decode(file, applyExif: true), 70));
        }
    });

    private static (long Resident, int Allocations) Measure()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return (Environment.WorkingSet, Stats.Allocations);
    }

    private string[] WriteFiles()
    {
        RgbImage image = PillowResize.Resize(Fixtures.Noise(20, 15, 1), 400, 300, ResizeFilter.Bicubic);
        byte[] jpeg = Image.NewFromMemory(image.Pixels, image.Width, image.Height, 3, Enums.BandFormat.Uchar).JpegsaveBuffer(q: 80);
        byte[] webp = ImageEncoder.ToWebP(image, 80);
        ImageEncoder.SavePng(Path.Combine(_folder, "a.png"), image);
        byte[] png = File.ReadAllBytes(Path.Combine(_folder, "a.png"));
        File.WriteAllBytes(Path.Combine(_folder, "b.jpg"), jpeg);
        File.WriteAllBytes(Path.Combine(_folder, "c.webp"), webp);
        File.WriteAllBytes(Path.Combine(_folder, "cut.jpg"), jpeg[..(jpeg.Length / 2)]);
        File.WriteAllBytes(Path.Combine(_folder, "cut.png"), png[..(png.Length / 2)]);
        File.WriteAllBytes(Path.Combine(_folder, "cut.webp"), webp[..(webp.Length / 2)]);
        File.Copy(Fixtures.At("rgb8-tiled.tif"), Path.Combine(_folder, "d.tif"));
        return Directory.GetFiles(_folder);
    }
}
