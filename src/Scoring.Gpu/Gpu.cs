using System.Collections.Concurrent;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using MuSc.Scoring.NearestPatch;
using Device = MuSc.Contracts.Device;

namespace MuSc.Scoring.Gpu;

/// <summary>What a machine has of a device.</summary>
/// <param name="Device">How it is asked for.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Bytes">Its memory.</param>
public sealed record GpuFacts(Device Device, string Name, long Bytes);

/// <summary>
/// A graphics processor that images score each other on, with the bits of <see cref="SimdNearestPatchKernel"/>. Any number of threads may use its
/// kernels; a few work side by side, so that one's copies go on while another's pairs are worked out.
/// </summary>
public sealed class Gpu : IDisposable
{
    private const int Streams = 2;
    private const long EmulatedBytes = 1L << 28;

    // The network of a backbone may be on the same device.
    private const double ShareOfFree = 0.6;

    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly SemaphoreSlim _idle = new(Streams);
    private readonly SemaphoreSlim _queue = new(1);
    private readonly ConcurrentBag<GpuStream> _streams = [];

    private Gpu(Device device, Context context, Accelerator accelerator, long bytes)
    {
        (Device, _context, _accelerator) = (device, context, accelerator);
        Memory = new(accelerator, bytes);
        Code = new(accelerator);
    }

    /// <summary>Which one it is.</summary>
    public Device Device { get; }

    /// <summary>What lies on it.</summary>
    internal DeviceMemory Memory { get; }

    /// <summary>What runs on it.</summary>
    internal DeviceCode Code { get; }

    /// <summary>The devices that this machine has.</summary>
    public static IReadOnlyList<GpuFacts> List()
    {
        using Context context = Context.Create(builder => builder.Cuda());
        List<GpuFacts> devices = [];
        foreach (CudaDevice device in context.GetCudaDevices())
        {
            devices.Add(new(new(devices.Count), device.Name, device.MemorySize));
        }

        return devices;
    }

    /// <summary>Opens a device.</summary>
    /// <param name="device">Which; not the processor.</param>
    /// <param name="bytes">Memory that may be used; the default is 60 % of what is free.</param>
    /// <exception cref="JobException">It is not there or does not work.</exception>
    public static Gpu Open(Device device, long? bytes = null)
    {
        Context? context = null;
        try
        {
            context = Context.Create(builder => Prepare(
                device.Cuda is null ? builder.CPU(new CPUDevice(MaxDotsKernel.Tile / 2, 2, 1)) : builder.Cuda()));
            if (device.Cuda is not { } number)
            {
                return new(device, context, context.CreateCPUAccelerator(0), bytes ?? EmulatedBytes);
            }

            int there = context.GetCudaDevices().Count;
            if (number >= there)
            {
                throw new JobException(
                    JobErrorKind.Resource,
                    $"{device} was asked for, but the driver finds {(there == 0 ? "no NVIDIA graphics processor" : $"only {there} of them")} here. "
                    + "'musc inspect --devices' lists what is there; --device cpu needs none.");
            }

            CudaAccelerator accelerator = context.CreateCudaAccelerator(number);
            return new(device, context, accelerator, bytes ?? (long)(ShareOfFree * accelerator.GetFreeMemory()));
        }
        catch (Exception error)
        {
            context?.Dispose();
            throw error is JobException ? error : Failure(device, error);
        }
    }

    /// <summary>The kernel of a map.</summary>
    /// <param name="channels">C.</param>
    public INearestPatchKernel Kernel(int channels) => new GpuNearestPatchKernel(this, channels);

    public void Dispose()
    {
        foreach (GpuStream stream in _streams)
        {
            stream.Dispose();
        }

        Memory.Dispose();
        _accelerator.Dispose();
        _context.Dispose();
        _idle.Dispose();
        _queue.Dispose();
    }

    /// <summary>How device code is compiled: as well as it can be, and without any liberty of rounding.</summary>
    internal static Context.Builder Prepare(Context.Builder builder) =>
        FusedMultiplyAdd.Register(builder).Optimize(OptimizationLevel.O2).Math(MathMode.Default);

    /// <summary>A stream, once one is idle; to be returned.</summary>
    /// <param name="alone">Whether it is to have the device to itself.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    internal GpuStream Take(bool alone, CancellationToken cancellationToken)
    {
        int taken = 0;

        // One after the other, so that no two that want all wait for each other.
        _queue.Wait(cancellationToken);
        try
        {
            for (; taken < Turns(alone); taken++)
            {
                _idle.Wait(cancellationToken);
            }

            return _streams.TryTake(out GpuStream? stream) ? stream : new(_accelerator.CreateStream(), this);
        }
        catch (AcceleratorException error)
        {
            GiveBack(taken);
            throw Failure(error);
        }
        catch (OperationCanceledException)
        {
            GiveBack(taken);
            throw;
        }
        finally
        {
            _queue.Release();
        }
    }

    /// <summary>Gives a stream back.</summary>
    internal void Return(GpuStream stream, bool alone)
    {
        _streams.Add(stream);
        GiveBack(Turns(alone));
    }

    /// <summary>Frees the buffers that idle streams keep for the next pairs.</summary>
    internal void FreeIdle()
    {
        for (int idle = _streams.Count; idle > 0 && _streams.TryTake(out GpuStream? stream); idle--)
        {
            stream.Free();
            _streams.Add(stream);
        }
    }

    /// <summary>What a failure of the device means to whoever asked for it.</summary>
    internal JobException Failure(Exception error) => Failure(Device, error);

    /// <summary>Images of each side that one launch takes, at most, so that all streams find room; and whether even one of each leaves none for others.</summary>
    internal (int Images, bool Alone) AtOnce(int images, int patches, int channels)
    {
        long laid = new LaidShape(1, patches, channels).Length;
        int at = (int)Math.Clamp(int.MaxValue / laid, 1, Math.Min(images, MaxDotsKernel.MostImages));
        while (at > 1 && Need(at) > Memory.Budget / Streams)
        {
            at = (at + 1) / 2;
        }

        return (at, Need(at) > Memory.Budget / Streams);

        // Both sides, the tokens of one as they came, and the maxima of both.
        long Need(long images) => sizeof(float) * ((images * ((2 * laid) + ((long)patches * channels))) + (2 * images * images * patches));
    }

    private static int Turns(bool alone) => alone ? Streams : 1;

    private void GiveBack(int turns)
    {
        if (turns > 0)
        {
            _idle.Release(turns);
        }
    }

    private static JobException Failure(Device device, Exception error) => new(
        JobErrorKind.Resource, $"{device} does not work ({error.Message}). Free or repair the device, or use --device cpu.", error);
}
