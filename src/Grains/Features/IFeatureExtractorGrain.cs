using MuSc.Grains.Features;

namespace MuSc.Grains;

/// <summary>Decodes a block's images, runs the backbone, holds the block's stage tokens and serves them in parts.</summary>
[Alias("musc.IFeatureExtractorGrain")]
public interface IFeatureExtractorGrain : IGrainWithStringKey
{
    /// <summary>Decodes some images to learn which cannot be used.</summary>
    [Alias("check"), ResponseTimeout("00:01:00")]
    Task<IReadOnlyList<ImageCheckMessage>> CheckAsync(IReadOnlyList<string> paths, bool applyExif, CancellationToken cancellationToken);

    /// <summary>Begins extraction unless it is going on or done; reports to the job when it ends.</summary>
    [Alias("begin"), ResponseTimeout("00:00:10")]
    Task<ExtractionMessage?> BeginAsync(ExtractionRequest request);

    /// <summary>Some floats of a stage, at most <see cref="MessageSize.Limit"/> bytes; null while they are being extracted (again).</summary>
    [Alias("read"), ResponseTimeout("00:00:20")]
    Task<FeaturePartMessage?> ReadAsync(int stage, long offset);

    /// <summary>Drops the block.</summary>
    [Alias("release"), ResponseTimeout("00:00:10")]
    Task ReleaseAsync();
}

/// <summary>The same on silos with a graphics processor.</summary>
[Alias("musc.IGpuFeatureExtractorGrain")]
public interface IGpuFeatureExtractorGrain : IFeatureExtractorGrain;

/// <summary>Finds extractors by the kind of device that a job asks for.</summary>
internal static class Extractors
{
    /// <summary>An extractor on a silo with this kind of device.</summary>
    public static IFeatureExtractorGrain Of(IGrainFactory grains, string key, string device) =>
        Device.Parse(device).Cuda is null
            ? grains.GetGrain<IFeatureExtractorGrain>(key, typeof(FeatureExtractorGrain).FullName)
            : grains.GetGrain<IGpuFeatureExtractorGrain>(key);
}
