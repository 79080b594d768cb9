using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using MuSc.Engine.Files;
using MuSc.Evaluation.DataSets;
using MuSc.Features.Images;
using MuSc.Scoring.Decisions;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation;

/// <summary>
/// Pixel metrics of a category's anomaly maps, map by map. Masks are read once and kept, so that many kinds of maps can be compared.
/// Anomalous images without a mask are left out.
/// </summary>
/// <param name="category">The category.</param>
/// <param name="rule">Which pixels of a mask count as defect.</param>
/// <param name="threads">Threads, at least 1; never changes a result.</param>
public sealed class PixelEvaluator(DataSetCategory category, MaskRule rule, int threads)
{
    private const double ProLimit = 0.3;
    private const double SproLimit = 0.05;
    private readonly ConcurrentDictionary<(int Image, int Width, int Height), ImageTruth> _truths = [];

    /// <summary>Computes the metrics.</summary>
    /// <param name="maps">Gives the anomaly map of an image of the category; from any thread.</param>
    /// <param name="cancellationToken">Stops between maps.</param>
    /// <returns>The pixel metrics, and the sPRO.</returns>
    public (PixelMetrics Pixel, double? Spro) Evaluate(Func<int, AnomalyImage> maps, CancellationToken cancellationToken)
    {
        if (!category.Test.Any(image => image.Masks.Count > 0))
        {
            return (PixelMetrics.NotAvailable, null);
        }

        using TemporaryRunStore store = new();
        PixelAccumulator pixels = new(store);
        PixelAccumulator? saturated = category.Saturation is null ? null : new(store);
        int[] known = [.. Enumerable.Range(0, category.Test.Count).Where(i => category.Test[i].PixelsAreKnown)];
        EachImage.Do(known.Length, threads, at =>
        {
            AnomalyImage map = maps(known[at]);
            ImageTruth truth = Truth(known[at], map);
            pixels.Add(map.Scores, truth.Regions);
            saturated?.Add(map.Scores, PixelTruth.FromSaturatedRegions(map.Scores, truth.Annotated!));
        }, cancellationToken);
        return (
            pixels.Compute(ProLimit, threads, cancellationToken),
            saturated?.Compute(SproLimit, threads, cancellationToken).Pro);
    }

    /// <summary>How often the pixels of masks are right, over all images whose pixels are known.</summary>
    /// <param name="maps">Gives the anomaly map of an image of the category; from any thread.</param>
    /// <param name="level">The least score of an image's mask; null where it has none.</param>
    /// <param name="cancellationToken">Stops between maps.</param>
    public DecisionMetrics Decided(Func<int, AnomalyImage> maps, Func<int, double?> level, CancellationToken cancellationToken)
    {
        (long pixels, long marked, long defect, long hits) = (0, 0, 0, 0);
        int[] known = category.Test.Any(image => image.Masks.Count > 0)
            ? [.. Enumerable.Range(0, category.Test.Count).Where(i => category.Test[i].PixelsAreKnown)]
            : [];
        EachImage.Do(known.Length, threads, at =>
        {
            AnomalyImage map = maps(known[at]);
            bool[] mask = new bool[map.Scores.Length];
            int inMask = level(known[at]) is { } least ? AnomalyMask.Above(map.Scores, least, mask) : 0;
            PixelTruth truth = Truth(known[at], map).Regions;
            Interlocked.Add(ref pixels, mask.Length);
            Interlocked.Add(ref marked, inMask);
            Interlocked.Add(ref defect, truth.Defect);
            Interlocked.Add(ref hits, truth.Hits(mask));
        }, cancellationToken);
        return DecisionMetrics.Of(hits, marked - hits, defect - hits, pixels - marked - defect + hits);
    }

    private ImageTruth Truth(int image, AnomalyImage map) => _truths.GetOrAdd(
        (image, map.Width, map.Height),
        key => ImageTruth.Read(category.Test[key.Image], category.Saturation, rule, key.Width, key.Height));
}

/// <summary>One anomaly map.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Scores">[Height × Width] row-major; higher is more anomalous.</param>
public sealed record AnomalyImage(int Width, int Height, float[] Scores);

/// <summary>What is true of one test image's pixels, at the size of its map.</summary>
/// <param name="Regions">The 8-connected regions of its masks, taken together.</param>
/// <param name="Annotated">The annotated defects with their saturation; null where the benchmark has none.</param>
public sealed record ImageTruth(PixelTruth Regions, IReadOnlyList<SaturatedRegion>? Annotated)
{
    /// <summary>Reads an image's masks.</summary>
    /// <param name="image">A test image whose pixels are known.</param>
    /// <param name="saturation">How annotated defects saturate, in MVTec LOCO AD.</param>
    /// <param name="rule">Which pixels of a mask count as defect.</param>
    /// <param name="width">Columns of the map.</param>
    /// <param name="height">Rows of the map.</param>
    /// <exception cref="ImageFileException">A mask cannot be used.</exception>
    /// <exception cref="JobException">A mask has a value that the saturation does not know.</exception>
    public static ImageTruth Read(DataSetImage image, SaturationConfig? saturation, MaskRule rule, int width, int height)
    {
        bool[] union = new bool[width * height];
        List<SaturatedRegion> annotated = [];
        foreach (string path in image.Masks)
        {
            MaskImage mask = MaskImage.Read(path, width, height, rule);
            int[] pixels = [.. Enumerable.Range(0, mask.Defect.Length).Where(pixel => mask.Defect[pixel])];
            foreach (int pixel in pixels)
            {
                union[pixel] = true;
            }

            if (saturation is not null && pixels.Length > 0)
            {
                annotated.Add(new SaturatedRegion(pixels, saturation.Saturation(mask.Value, pixels.Length, mask.Scale, path)));
            }
        }

        PixelTruth regions = image.Masks.Count > 0 ? PixelTruth.FromMask(union, width) : PixelTruth.Normal(union.Length);
        return new ImageTruth(regions, saturation is null ? null : annotated);
    }
}

/// <summary>Rests pixels in a temporary file that nobody else sees and that goes with this object.</summary>
public sealed class TemporaryRunStore : IRunStore, IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"musc-{Guid.NewGuid():N}.pixels");
    private readonly SafeFileHandle _file;
    private long _end;

    /// <summary>Makes the file.</summary>
    /// <exception cref="JobException">The folder for temporary files cannot be written to.</exception>
    public TemporaryRunStore() => _file = DiskError.Name(
        _path, () => File.OpenHandle(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose));

    /// <exception cref="JobException">The disk is full.</exception>
    public long Write(ReadOnlySpan<byte> run)
    {
        long start = Interlocked.Add(ref _end, run.Length) - run.Length;
        try
        {
            RandomAccess.Write(_file, run, start);
            return start;
        }
        catch (IOException error)
        {
            throw DiskError.Of(_path, error);
        }
    }

    public void Read(long position, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(_file, bytes, position);
            if (read == 0)
            {
                throw new EndOfStreamException($"{_path} is shorter than what was written to it.");
            }

            bytes = bytes[read..];
            position += read;
        }
    }

    public void Dispose() => _file.Dispose();
}
