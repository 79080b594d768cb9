using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace MuSc.Scoring.Gpu;

/// <summary>There is no room on the device for as much as was asked for at once.</summary>
internal sealed class NoRoomException() : Exception("There is no room on the device.");

/// <summary>A packed block on the device.</summary>
/// <param name="Kernel">The kernel that it is packed for.</param>
/// <param name="Block">Its number.</param>
/// <param name="First">First image of it that is here.</param>
/// <param name="Images">So many images.</param>
internal readonly record struct BlockKey(object Kernel, int Block, int First, int Images);

/// <summary>
/// What lies on a device, within a budget of bytes: buffers in use, and packed blocks, of which those that nobody uses leave for others, the
/// least recently used first. Thread-safe.
/// </summary>
/// <param name="accelerator">The device.</param>
/// <param name="budget">Bytes.</param>
internal sealed class DeviceMemory(Accelerator accelerator, long budget) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<BlockKey, LinkedListNode<Held>> _blocks = [];
    private readonly LinkedList<Held> _byAge = [];

    /// <summary>Bytes.</summary>
    public long Budget => budget;

    /// <summary>Bytes of all that lies there.</summary>
    public long Used { get; private set; }

    /// <summary>Blocks that were copied to the device so far.</summary>
    public long Copied { get; private set; }

    /// <summary>A buffer, to be given back to <see cref="Free"/>.</summary>
    /// <exception cref="NoRoomException">It does not fit, whatever leaves.</exception>
    public MemoryBuffer1D<T, Stride1D.Dense> Allocate<T>(long length)
        where T : unmanaged
    {
        lock (_lock)
        {
            long bytes = length * Interop.SizeOf<T>();
            while (Used + bytes > budget)
            {
                RemoveOldest();
            }

            for (; ; RemoveOldest())
            {
                try
                {
                    MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(length);
                    Used += buffer.LengthInBytes;
                    return buffer;
                }
                catch (CudaException error) when (error.Error == nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY))
                {
                    // Others may use the device too: what nobody needs leaves, then it is tried again.
                }
            }
        }
    }

    /// <summary>Gives a buffer back.</summary>
    public void Free(MemoryBuffer buffer)
    {
        lock (_lock)
        {
            Used -= buffer.LengthInBytes;
            buffer.Dispose();
        }
    }

    /// <summary>A packed block, copied by <paramref name="fill"/> if it is not here; to be returned by disposing of it.</summary>
    /// <exception cref="NoRoomException">It does not fit, whatever leaves.</exception>
    public Lent Borrow(BlockKey key, long length, Action<ArrayView<float>> fill)
    {
        Held held;
        lock (_lock)
        {
            if (_blocks.TryGetValue(key, out LinkedListNode<Held>? node))
            {
                _byAge.Remove(node);
            }
            else
            {
                _blocks[key] = node = new(new(key, Allocate<float>(length)));
            }

            _byAge.AddLast(node);
            held = node.Value;
            held.Users++;
        }

        Lent lent = new(this, held);
        try
        {
            // Whoever else wants it waits until it is there; if copying fails, the next one tries.
            lock (held.Filling)
            {
                if (!held.Filled)
                {
                    fill(held.Buffer.View);
                    held.Filled = true;
                    lock (_lock)
                    {
                        Copied++;
                    }
                }
            }

            return lent;
        }
        catch
        {
            lent.Dispose();
            throw;
        }
    }

    /// <summary>Removes a kernel's blocks; nobody uses them.</summary>
    public void Forget(object kernel)
    {
        lock (_lock)
        {
            foreach (Held held in _byAge.Where(held => held.Key.Kernel == kernel).ToArray())
            {
                Remove(_blocks[held.Key]);
            }
        }
    }

    public void Dispose()
    {
        foreach (Held held in _byAge)
        {
            held.Buffer.Dispose();
        }

        _byAge.Clear();
        _blocks.Clear();
    }

    private void RemoveOldest()
    {
        LinkedListNode<Held>? oldest = _byAge.First;
        while (oldest is { Value.Users: > 0 })
        {
            oldest = oldest.Next;
        }

        Remove(oldest ?? throw new NoRoomException());
    }

    private void Remove(LinkedListNode<Held> node)
    {
        _byAge.Remove(node);
        _blocks.Remove(node.Value.Key);
        Free(node.Value.Buffer);
    }

    /// <summary>A block in use.</summary>
    internal readonly struct Lent(DeviceMemory memory, Held held) : IDisposable
    {
        public ArrayView<float> View => held.Buffer.View;

        public void Dispose()
        {
            lock (memory._lock)
            {
                held.Users--;
            }
        }
    }

    /// <summary>A block that is here or on its way.</summary>
    internal sealed class Held(BlockKey key, MemoryBuffer1D<float, Stride1D.Dense> buffer)
    {
        public BlockKey Key { get; } = key;

        public MemoryBuffer1D<float, Stride1D.Dense> Buffer { get; } = buffer;

        public Lock Filling { get; } = new();

        public bool Filled { get; set; }

        public int Users { get; set; }
    }
}
