using System.Collections.Concurrent;
using MuSc.Features;

namespace MuSc.Grains.Features;

/// <summary>The blocks that a silo has extracted: in memory while they fit, else in a file of its scratch folder. Thread-safe.</summary>
public sealed class BlockStore : IDisposable
{
    private readonly ConcurrentDictionary<string, Stored> _blocks = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly long _budget;
    private long _bytes;

    /// <param name="scratch">The silo's scratch folder; a folder of this process is made in it.</param>
    /// <param name="budget">Bytes that may stay in memory.</param>
    public BlockStore(string scratch, long budget)
    {
        _budget = budget;
        _folder = Path.Combine(scratch, $"blocks-{Environment.ProcessId}-{Guid.NewGuid():N}");
    }

    /// <summary>Bytes in memory.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Keeps a block's stages.</summary>
    public void Add(string key, FeatureBlock block)
    {
        Remove(key);
        long bytes = block.Stages.Sum(stage => (long)stage.Length * sizeof(float));
        if (Interlocked.Add(ref _bytes, bytes) <= _budget)
        {
            _blocks[key] = new(block.Stages, null, [.. block.Stages.Select(stage => (long)stage.Length * sizeof(float))], bytes);
            return;
        }

        Interlocked.Add(ref _bytes, -bytes);
        Directory.CreateDirectory(_folder);
        string path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        using (FileStream file = new(path, FileMode.CreateNew))
        {
            foreach (float[] stage in block.Stages)
            {
                file.Write(MemoryMarshal.AsBytes(stage.AsSpan()));
            }
        }

        _blocks[key] = new(null, path, [.. block.Stages.Select(stage => (long)stage.Length * sizeof(float))], 0);
    }

    /// <summary>Bytes of a block's stage; null where the block is not here.</summary>
    public long? Length(string key, int stage) => _blocks.TryGetValue(key, out Stored? stored) ? stored.Lengths[stage] : null;

    /// <summary>Part of a block's stage; null where the block is not here.</summary>
    /// <param name="key">The block.</param>
    /// <param name="stage">The stage, from 0.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="most">At most so many bytes.</param>
    public byte[]? Read(string key, int stage, long offset, int most)
    {
        if (!_blocks.TryGetValue(key, out Stored? stored))
        {
            return null;
        }

        byte[] part = new byte[Math.Max(0, Math.Min(most, stored.Lengths[stage] - offset))];
        if (stored.Memory is { } memory)
        {
            MemoryMarshal.AsBytes(memory[stage].AsSpan()).Slice(checked((int)offset), part.Length).CopyTo(part);
            return part;
        }

        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(stored.Path!);
        long start = stored.Lengths.Take(stage).Sum() + offset;
        for (int done = 0; done < part.Length;)
        {
            int read = RandomAccess.Read(file, part.AsSpan(done), start + done);
            done += read > 0 ? read : throw new EndOfStreamException($"{stored.Path} is shorter than it was written.");
        }

        return part;
    }

    /// <summary>Forgets a block.</summary>
    public void Remove(string key)
    {
        if (_blocks.TryRemove(key, out Stored? stored))
        {
            Interlocked.Add(ref _bytes, -stored.Bytes);
            if (stored.Path is { } path)
            {
                File.Delete(path);
            }
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private sealed record Stored(float[][]? Memory, string? Path, long[] Lengths, long Bytes);
}
