using System.Globalization;
using MuSc.Contracts;
using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Bench;

/// <summary>Where an image's time goes before scoring: decoding, resizing, normalising, the network.</summary>
internal static class ImageTimes
{
    private const int Rounds = 4;
    private static readonly string[] Phases = ["decode", "resize", "normalise", "network"];

    /// <summary>Prints processor milliseconds an image of every phase, the best of several rounds.</summary>
    /// <param name="folder">A folder of images, taken with its subfolders.</param>
    /// <param name="nameOrPath">The backbone.</param>
    public static int Run(string folder, string nameOrPath)
    {
        BackboneInfo backbone = Backbone.Open(nameOrPath);
        using OnnxFeatureExtractor extractor = new(backbone, new ExtractionOptions { Threads = 1 });
        PixelNormalizer normalizer = new(backbone.Mean, backbone.Deviation);
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        double[] best = [.. Phases.Select(_ => double.PositiveInfinity)];
        for (int round = 0; round < Rounds; round++)
        {
            double[] sums = new double[Phases.Length];
            foreach (string file in files)
            {
                Add(sums, Measure(file, backbone, normalizer, extractor));
            }

            best = [.. best.Zip(sums, (one, sum) => Math.Min(one, sum / files.Length))];
        }

        string times = string.Join(", ", Phases.Zip(best, (phase, time) => string.Create(CultureInfo.InvariantCulture, $"{phase} {time:F2}")));
        Console.WriteLine($"{files.Length} images at {backbone.DefaultSize}, {backbone.Name}: {times} ms an image");
        return 0;
    }

    private static double[] Measure(string file, BackboneInfo backbone, PixelNormalizer normalizer, OnnxFeatureExtractor extractor)
    {
        int size = backbone.DefaultSize;
        float[] planes = new float[3 * size * size];
        double begin = ThreadClock.Milliseconds;
        RgbImage image = ImageDecoder.Decode(file, applyExif: false);
        double decoded = ThreadClock.Milliseconds;
        RgbImage resized = PillowResize.Resize(image, size, size, backbone.Resize);
        double scaled = ThreadClock.Milliseconds;
        normalizer.Normalize(resized, planes);
        double normalised = ThreadClock.Milliseconds;
        extractor.Extract([new ImageFile(file, file)], extracted: null, CancellationToken.None);
        double network = ThreadClock.Milliseconds - normalised - (normalised - begin);
        return [decoded - begin, scaled - decoded, normalised - scaled, network];
    }

    private static void Add(double[] sums, double[] times)
    {
        for (int phase = 0; phase < sums.Length; phase++)
        {
            sums[phase] += times[phase];
        }
    }
}
