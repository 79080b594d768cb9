using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace MuSc.Grains.Features;

/// <summary>The blocks that a silo has extracted: in memory while they fit, else in a file of its scratch folder. Thread-safe.</summary>
/// <param name="scratch">The silo's scratch folder; a folder of this process is made in it.</param>
/// <param name="budget">Bytes that may stay in memory.</param>
public sealed class BlockStore(string scratch, long budget) : IDisposable
{
    private readonly ConcurrentDictionary<string, Stored> _blocks = new(StringComparer.Ordinal);
    private readonly string _folder = Path.Combine(scratch, $"blocks-{Environment.ProcessId}-{Guid.NewGuid():N}");
    private long _bytes;

    /// <summary>Bytes in memory.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Keeps a block's stages; it is the store's own from now on.</summary>
    public void Add(string key, ExtractedBlock block)
    {
        Remove(key);
        long[] lengths = [.. block.Stages.Select(stage => stage.Length * sizeof(float))];
        if (Interlocked.Add(ref _bytes, block.Bytes) <= budget)
        {
            _blocks[key] = new(block, null, lengths);
            return;
        }

        Interlocked.Add(ref _bytes, -block.Bytes);
        using (block)
        {
            _blocks[key] = new(null, Write(block), lengths);
        }
    }

    /// <summary>Bytes of a block's stage; null where the block is not here.</summary>
    public long? Length(string key, int stage) => _blocks.TryGetValue(key, out Stored? stored) ? stored.Lengths[stage] : null;

    /// <summary>Part of a block's stage; null where the block is not here.</summary>
    /// <param name="key">The block.</param>
    /// <param name="stage">The stage, from 0.</param>
    /// <param name="offset">First byte, a multiple of 4.</param>
    /// <param name="most">At most so many bytes.</param>
    public Payload? Read(string key, int stage, long offset, int most)
    {
        if (!_blocks.TryGetValue(key, out Stored? stored))
        {
            return null;
        }

        int length = (int)Math.Clamp(stored.Lengths[stage] - offset, 0, most);
        lock (stored)
        {
            return stored.Gone ? null
                : stored.Memory is { } memory ? Payload.Of(MemoryMarshal.AsBytes(memory.Stages[stage].Slice(offset / sizeof(float), length / sizeof(float))))
                : Read(stored.Path!, stored.Lengths.Take(stage).Sum() + offset, length);
        }
    }

    /// <summary>Forgets a block.</summary>
    public void Remove(string key)
    {
        if (_blocks.TryRemove(key, out Stored? stored))
        {
            lock (stored)
            {
                stored.Gone = true;
                if (stored.Memory is { } memory)
                {
                    Interlocked.Add(ref _bytes, -memory.Bytes);
                    memory.Dispose();
                }
                else
                {
                    File.Delete(stored.Path!);
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (string key in _blocks.Keys)
        {
            Remove(key);
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private string Write(ExtractedBlock block)
    {
        Directory.CreateDirectory(_folder);
        string path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        try
        {
            using FileStream file = new(path, FileMode.CreateNew);
            for (int stage = 0; stage < block.Stages.Count; stage++)
            {
                for (int image = 0; image < block.Images; image++)
                {
                    file.Write(MemoryMarshal.AsBytes(block.Stage(stage, image)));
                }
            }

            return path;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private static Payload Read(string path, long offset, int length)
    {
        Payload part = Payload.Allocate(length);
        using SafeFileHandle file = File.OpenHandle(path);
        foreach (byte[] piece in part.Pieces)
        {
            for (int done = 0; done < piece.Length;)
            {
                int read = RandomAccess.Read(file, piece.AsSpan(done), offset);
                done += read > 0 ? read : throw new EndOfStreamException($"{path} is shorter than it was written.");
                offset += read;
            }
        }

        return part;
    }

    private sealed record Stored(ExtractedBlock? Memory, string? Path, long[] Lengths)
    {
        public bool Gone { get; set; }
    }
}
