using System.Buffers;

namespace MuSc.Engine.Tiles;

/// <summary>Floats outside the managed heap, at an address that vectors like: what is large and of known size lives here.</summary>
public sealed unsafe partial class NativeFloats : IDisposable
{
    private const nuint Alignment = 64;
    private const int MapThresholdParameter = -3;
    private const int LargeBytes = 1 << 20;

    // The C library of Linux keeps freed blocks of up to 32 MiB, in an arena for each thread: blocks that come and go in a silo's caches
    // took four times their bytes. Large ones are mapped, and given back when they are freed.
    private static readonly bool LargeAreMapped = MapLarge();

    private float* _start;

    /// <param name="length">How many; they are not cleared.</param>
    public NativeFloats(long length)
    {
        Length = length;
        _ = LargeAreMapped;
        _start = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(length, 1) * sizeof(float), Alignment);
    }

    public long Length { get; }

    /// <summary>Some of them.</summary>
    public Span<float> Slice(long start, int count)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, Length, nameof(start));
        return new(_start + start, count);
    }

    /// <summary>Some of them, for code that stores where its data are.</summary>
    public Memory<float> Memory(long start, int count) => new Part(this, start, count).Memory;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }

    private static bool MapLarge()
    {
        try
        {
            return OperatingSystem.IsLinux() && SetAllocation(MapThresholdParameter, LargeBytes) != 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocation(int parameter, int value);

    private sealed class Part(NativeFloats owner, long start, int count) : MemoryManager<float>
    {
        public override Span<float> GetSpan() => owner.Slice(start, count);

        // It never moves: nothing is to be pinned.
        public override MemoryHandle Pin(int elementIndex = 0) => new(owner._start + start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
