namespace MuSc.Grains.Features;

/// <summary>Finds extractors by the kind of device that a job asks for.</summary>
internal static class Extractors
{
    /// <summary>An extractor on a silo with this kind of device.</summary>
    public static IFeatureExtractorGrain Of(IGrainFactory grains, string key, string device) =>
        Device.Parse(device).Cuda is null
            ? grains.GetGrain<IFeatureExtractorGrain>(key, typeof(FeatureExtractorGrain).FullName)
            : grains.GetGrain<IGpuFeatureExtractorGrain>(key);
}
