using MuSc.Scoring.Gpu;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Tiles;

/// <summary>Where images score each other: on this machine's processor, or on one of its graphics processors. It never changes a result.</summary>
public sealed class ScoringDevice : IDisposable
{
    private readonly Gpu? _gpu;

    private ScoringDevice(Gpu? gpu) => _gpu = gpu;

    /// <summary>Chooses the kernel of a map.</summary>
    public KernelChoice Kernel => _gpu is null ? NearestPatchKernels.ForMap : (_, channels) => _gpu.Kernel(channels);

    /// <summary>Opens it.</summary>
    /// <param name="device">What <see cref="Device.Parse"/> reads.</param>
    /// <exception cref="JobException">The device is not there or does not work.</exception>
    public static ScoringDevice Open(string device) => new(Device.Parse(device) is { ScoresOnGpu: true } gpu ? Gpu.Open(gpu) : null);

    public void Dispose() => _gpu?.Dispose();
}
