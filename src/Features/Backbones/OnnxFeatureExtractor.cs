using System.Collections.Concurrent;
using MuSc.Features.Images;

namespace MuSc.Features.Backbones;

/// <summary>
/// Image files to stage tokens and class tokens with ONNX Runtime: decode, resize, normalise, run; several images at the
/// same time. On the processor each run has one thread, so the bits do not depend on the number of threads.
/// </summary>
public sealed class OnnxFeatureExtractor : IFeatureExtractor
{
    private readonly BackboneInfo _backbone;
    private readonly ExtractionOptions _options;
    private readonly int _size;
    private readonly BackboneSession _session;
    private readonly PixelNormalizer _normalizer;
    private readonly ConcurrentBag<float[]> _inputs = [];

    /// <summary>Loads the network.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="options">How it runs; <see cref="BackboneRun.Describe"/> has checked the size and the stages.</param>
    /// <exception cref="BackboneException">The network cannot be used.</exception>
    /// <exception cref="DeviceException">The device is not there or does not work.</exception>
    public OnnxFeatureExtractor(BackboneInfo backbone, ExtractionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Batch, 1);
        _backbone = backbone;
        _options = options;
        _size = options.Size ?? backbone.DefaultSize;
        int[] stages = [.. options.Stages ?? [.. Enumerable.Range(1, backbone.Stages)]];
        _normalizer = new PixelNormalizer(backbone.Mean, backbone.Deviation);
        string[] outputs = [.. stages.Select(Backbone.StageName), .. backbone.HasClassToken ? [Backbone.ClassTokenName] : Array.Empty<string>()];
        _session = new BackboneSession(backbone, outputs, options.Batch, _size, options.Device);
        Shape = new FeatureShape(
            [.. stages.Select((stage, i) => StageShapeOf(stage, _session.OutputShapes[i]))],
            backbone.HasClassToken ? _session.OutputShapes[^1][0] : 0);
        Profile = NumericProfile.Of(NumericProfile.Platform(options.Device, options.Hardware), options.Batch, backbone);
    }

    public FeatureShape Shape { get; }

    /// <summary>See <see cref="NumericProfile"/>.</summary>
    public string Profile { get; }

    public FeatureBlock Extract(IReadOnlyList<ImageFile> images, Action<int>? extracted, CancellationToken cancellationToken)
    {
        FeatureBlock block = FeatureBlock.Allocate(Shape, images.Count);
        int batches = (images.Count + _options.Batch - 1) / _options.Batch;
        EachImage.Do(batches, _options.Threads, batch => ExtractBatch(images, batch * _options.Batch, block, extracted, cancellationToken), cancellationToken);
        return block;
    }

    public void Dispose() => _session.Dispose();

    private void ExtractBatch(IReadOnlyList<ImageFile> images, int first, FeatureBlock block, Action<int>? extracted, CancellationToken cancellationToken)
    {
        int count = Math.Min(_options.Batch, images.Count - first);
        int imageLength = 3 * _size * _size;
        float[] pixels = _inputs.TryTake(out float[]? pooled) ? pooled : new float[checked(_options.Batch * imageLength)];
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RgbImage resized = ImageDecoder.Decode(
                images[first + i].Path, _options.ApplyExif, image => PillowResize.Resize(image, _size, _size, _backbone.Resize));
            _normalizer.Normalize(resized, pixels.AsSpan(i * imageLength, imageLength));
        }

        pixels.AsSpan(count * imageLength).Clear();
        if (count == _options.Batch)
        {
            _session.Run(pixels, Targets(block, first, count), cancellationToken);
        }
        else
        {
            FeatureBlock padded = FeatureBlock.Allocate(Shape, _options.Batch);
            _session.Run(pixels, Targets(padded, 0, _options.Batch), cancellationToken);
            foreach ((Memory<float> from, Memory<float> to) in Targets(padded, 0, count).Zip(Targets(block, first, count)))
            {
                from.CopyTo(to);
            }
        }

        _inputs.Add(pixels);
        extracted?.Invoke(count);
    }

    // Where the outputs of some images of a block lie, in the order in which they are fetched.
    private List<Memory<float>> Targets(FeatureBlock block, int first, int count)
    {
        List<Memory<float>> targets = [.. block.Stages.Select((tokens, stage) => Part(tokens, Shape.Stages[stage].Length))];
        if (Shape.ClassChannels > 0)
        {
            targets.Add(Part(block.ClassTokens, Shape.ClassChannels));
        }

        return targets;

        Memory<float> Part(float[] values, int length) => values.AsMemory(first * length, count * length);
    }

    private StageShape StageShapeOf(int stage, int[] shape)
    {
        int grid = (int)Math.Round(Math.Sqrt(shape[0]));
        return grid * grid == shape[0]
            ? new StageShape(grid, shape[1])
            : throw new BackboneException($"{_backbone.Path} is no backbone: its {Backbone.StageName(stage)} has {shape[0]} patches, which are no square.");
    }
}

/// <summary>How features are extracted.</summary>
public sealed record ExtractionOptions
{
    /// <summary>Side of the square input in pixels, a multiple of the backbone's patch. The default is the backbone's own.</summary>
    public int? Size { get; init; }

    /// <summary>The stages to fetch, counted from 1, in the order wanted, none twice. The default is all.</summary>
    public IReadOnlyList<int>? Stages { get; init; }

    /// <summary>Where the network runs. The default is the processor.</summary>
    public Device Device { get; init; }

    /// <summary>A name for this kind of machine; part of the numeric profile. The default is none.</summary>
    public string Hardware { get; init; } = string.Empty;

    /// <summary>Images decoded, and on the processor also run, at the same time; at least 1. Never changes a result. The default is one per processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Images in one run of the network, at least 1; a shorter last run is padded. Part of the numeric profile. The default is 1.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Whether an image is turned as its EXIF orientation says. The default is no, as the authors.</summary>
    public bool ApplyExif { get; init; }
}

/// <summary>8-bit pixels to a network's input: (value / 255 − mean) / deviation, channel planes one after the other.</summary>
/// <param name="mean">Means of red, green, blue over 0 … 1.</param>
/// <param name="deviation">Standard deviations of red, green, blue over 0 … 1.</param>
public sealed class PixelNormalizer(IReadOnlyList<float> mean, IReadOnlyList<float> deviation)
{
    // 256 values a channel: a table gives the very division that the authors' float32 arithmetic gives.
    private readonly float[][] _tables = [.. Enumerable.Range(0, 3).Select(channel => Enumerable.Range(0, 256)
        .Select(value => ((value / 255f) - mean[channel]) / deviation[channel]).ToArray())];

    /// <summary>Writes one image.</summary>
    /// <param name="image">[Height × Width × 3].</param>
    /// <param name="planes">[3 × Height × Width].</param>
    public void Normalize(RgbImage image, Span<float> planes)
    {
        int plane = image.Width * image.Height;
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, plane * 3);
        for (int channel = 0; channel < 3; channel++)
        {
            float[] table = _tables[channel];
            Span<float> target = planes.Slice(channel * plane, plane);
            ReadOnlySpan<byte> pixels = image.Pixels.AsSpan(channel);
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = table[pixels[i * 3]];
            }
        }
    }
}
