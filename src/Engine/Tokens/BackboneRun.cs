using MuSc.Contracts;
using MuSc.Features;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Tokens;

/// <summary>A backbone at work for a job: opened as asked, its errors told as errors of the job.</summary>
internal sealed class BackboneRun : IDisposable
{
    private BackboneRun(BackboneInfo info, IFeatureExtractor extractor, int size)
    {
        (Info, Extractor, Size) = (info, extractor, size);
    }

    public BackboneInfo Info { get; }

    public IFeatureExtractor Extractor { get; }

    /// <summary>Side of the images in pixels.</summary>
    public int Size { get; }

    /// <summary>Opens a backbone.</summary>
    /// <param name="nameOrPath">Its file, or its name.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="options">How it runs, but for the device.</param>
    /// <param name="make">Makes the extractor.</param>
    /// <exception cref="JobException">It cannot be used as asked.</exception>
    public static BackboneRun Open(
        string nameOrPath, string device, ExtractionOptions options, Func<BackboneInfo, ExtractionOptions, IFeatureExtractor> make)
    {
        try
        {
            BackboneInfo info = Backbone.Open(nameOrPath);
            Check(info, options);
            return new(info, make(info, options with { Device = Device.Parse(device) }), options.Size ?? info.DefaultSize);
        }
        catch (BackboneException error)
        {
            throw new JobException(JobErrorKind.Input, error.Message, error);
        }
        catch (DeviceException error)
        {
            throw new JobException(JobErrorKind.Resource, error.Message, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Extractor.Dispose();

    private static void Check(BackboneInfo info, ExtractionOptions options)
    {
        if (options.Size is { } size && size % info.Patch != 0)
        {
            int near = Math.Max(1, (size + (info.Patch / 2)) / info.Patch) * info.Patch;
            throw new JobException(
                JobErrorKind.Usage, $"A size of {size} is not a multiple of {info.Name}'s patch of {info.Patch} pixels; {near} is the nearest.");
        }

        if (options.Stages?.FirstOrDefault(stage => stage > info.Stages) is > 0 and int missing)
        {
            throw new JobException(JobErrorKind.Usage, $"There is no stage {missing}: {info.Name} has {info.Stages}.");
        }
    }
}
