namespace MuSc.Features.Backbones;

/// <summary>A backbone at work for a job: opened as asked, its errors reported as errors of the job.</summary>
public sealed class BackboneRun : IDisposable
{
    private BackboneRun(BackboneInfo info, IFeatureExtractor extractor, int size) => (Info, Extractor, Size) = (info, extractor, size);

    public BackboneInfo Info { get; }

    public IFeatureExtractor Extractor { get; }

    /// <summary>Side of the images in pixels.</summary>
    public int Size { get; }

    /// <summary>What a backbone says of itself, and the side of its images in pixels.</summary>
    /// <param name="nameOrPath">Its file, or its name.</param>
    /// <param name="size">The side that is asked for, or null for its own.</param>
    /// <param name="stages">The stages that are asked for, counted from 1, or null for all.</param>
    /// <exception cref="JobException">It cannot be used as asked.</exception>
    public static (BackboneInfo Info, int Size) Describe(string nameOrPath, int? size, IReadOnlyList<int>? stages) => AsJob(() =>
    {
        BackboneInfo info = Backbone.Open(nameOrPath);
        int side = size ?? info.DefaultSize;
        if (side < 1 || side % info.Patch != 0)
        {
            int near = Math.Max(1, (side + (info.Patch / 2)) / info.Patch) * info.Patch;
            throw new JobException(
                JobErrorKind.Usage, $"A size of {side} is not a multiple of {info.Name}'s patch of {info.Patch} pixels; {near} is the nearest.");
        }

        return stages is null || (stages.Count > 0 && stages.Distinct().Count() == stages.Count && stages.All(stage => stage >= 1 && stage <= info.Stages))
            ? (info, side)
            : throw new JobException(
                JobErrorKind.Usage,
                $"The stages {string.Join(",", stages)} are not available: {info.Name} has the stages 1 to {info.Stages}, each may be named once, and one is needed.");
    });

    /// <summary>Whether networks can run on graphics processors at all in this build.</summary>
    public static bool KnowsCuda => SessionOptionsFactory.KnowsCuda;

    /// <summary>Opens a backbone.</summary>
    /// <param name="nameOrPath">Its file, or its name.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="options">How it runs, but for the device.</param>
    /// <param name="make">Makes the extractor; the default runs the backbone with ONNX Runtime.</param>
    /// <exception cref="JobException">It cannot be used as asked.</exception>
    public static BackboneRun Open(
        string nameOrPath, string device, ExtractionOptions options, Func<BackboneInfo, ExtractionOptions, IFeatureExtractor>? make = null) => AsJob(() =>
    {
        (BackboneInfo info, int size) = Describe(nameOrPath, options.Size, options.Stages);
        ExtractionOptions how = options with { Device = Device.Parse(device) };
        return new BackboneRun(info, make?.Invoke(info, how) ?? new OnnxFeatureExtractor(info, how), size);
    });

    /// <summary>Opens the backbone of a job, which is extracted with so many threads.</summary>
    /// <exception cref="JobException">It cannot be used as asked.</exception>
    /// <param name="spec">The job.</param>
    /// <param name="threads">How many.</param>
    /// <param name="make">Makes the extractor; the default runs the backbone with ONNX Runtime.</param>
    /// <param name="hardware">See <see cref="ExtractionOptions.Hardware"/>.</param>
    public static BackboneRun Open(
        ScoringJobSpec spec, int threads, Func<BackboneInfo, ExtractionOptions, IFeatureExtractor>? make = null, string hardware = "") => Open(
        spec.Backbone,
        spec.Device,
        new() { Size = spec.Size, Stages = spec.Stages, Threads = threads, Batch = spec.Batch, ApplyExif = spec.ApplyExif, Hardware = hardware },
        make);

    public void Dispose() => Extractor.Dispose();

    private static T AsJob<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception error) when (error is BackboneException or DeviceException)
        {
            throw new JobException(error is DeviceException ? JobErrorKind.Resource : JobErrorKind.Input, error.Message, error);
        }
    }
}
