using System.Security.Cryptography;
using System.Text;
using MuSc.Engine.Files;

namespace MuSc.Engine.Tiles;

/// <summary>
/// Snapshots of one writer: two generations, each with a checksum, written aside and renamed; the newest whole one counts, a torn or
/// damaged file or one of another identity is passed over. Nothing is forced through to the disk: a snapshot lost with its machine costs
/// repetition, and waiting for disks would cost more.
/// </summary>
/// <remarks>A file: the hash of the identity, a sequence number, the contents, SHA-256 over all of that.</remarks>
/// <param name="folder">Where they lie; made when needed.</param>
/// <param name="name">The writer's name, without extension.</param>
/// <param name="identity">All that the contents depend on.</param>
public sealed class SnapshotStore(string folder, string name, string identity)
{
    private const int Generations = 2;

    private long _sequence;

    /// <summary>Hash of all that the contents depend on.</summary>
    internal byte[] Identity { get; } = SHA256.HashData(Encoding.UTF8.GetBytes(identity));

    /// <summary>Writes a snapshot beside the one before it.</summary>
    /// <param name="save">Writes the contents.</param>
    /// <returns>Bytes of the file.</returns>
    /// <exception cref="IOException">It cannot be written; what was there stays.</exception>
    public long Write(Action<SnapshotFile> save)
    {
        Directory.CreateDirectory(folder);
        string path = PathOf((int)((_sequence + 1) % Generations));
        using AtomicFile aside = new(path);
        using SnapshotFile file = new(aside.Stream);
        file.Write<byte>(Identity);
        file.Write(_sequence + 1);
        save(file);
        long bytes = file.WriteChecksum();
        aside.Complete();
        _sequence++;
        return bytes;
    }

    /// <summary>Reads the newest whole snapshot; those written from now on are newer.</summary>
    /// <param name="load">Reads the contents.</param>
    /// <returns>Whether there is one.</returns>
    public bool Read(Action<SnapshotFile> load)
    {
        (long Sequence, SnapshotFile? File)[] found = [.. Enumerable.Range(0, Generations).Select(Open)];
        try
        {
            (_sequence, SnapshotFile? newest) = found.MaxBy(generation => generation.Sequence);
            if (newest is not null)
            {
                load(newest);
            }

            return newest is not null;
        }
        finally
        {
            Array.ForEach(found, generation => generation.File?.Dispose());
        }
    }

    private (long Sequence, SnapshotFile? File) Open(int generation)
    {
        string path = PathOf(generation);
        SnapshotFile? file = File.Exists(path) ? new(File.OpenRead(path)) : null;
        byte[] found = new byte[Identity.Length];
        if (file is not null && file.IsWhole())
        {
            file.Read<byte>(found);
            if (found.AsSpan().SequenceEqual(Identity))
            {
                return (file.Read<long>(), file);
            }
        }

        file?.Dispose();
        return (0, null);
    }

    private string PathOf(int generation) => Path.Combine(folder, $"{name}-{generation}");
}

/// <summary>A snapshot that is being written, with its checksum counted along, or one that is whole and is being read.</summary>
public sealed class SnapshotFile(Stream stream) : IDisposable
{
    // Identity and sequence number; a shorter file was cut off.
    private const int LeastContents = SHA256.HashSizeInBytes + sizeof(long);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Writes some numbers.</summary>
    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        _hash.AppendData(bytes);
        stream.Write(bytes);
    }

    /// <summary>Writes a number.</summary>
    public void Write<T>(T value)
        where T : unmanaged => Write(new ReadOnlySpan<T>(in value));

    /// <summary>Reads as many numbers as were written.</summary>
    /// <exception cref="EndOfStreamException">So many were not written.</exception>
    public void Read<T>(Span<T> values)
        where T : unmanaged => stream.ReadExactly(MemoryMarshal.AsBytes(values));

    /// <summary>Reads a number.</summary>
    public T Read<T>()
        where T : unmanaged
    {
        T value = default;
        Read(new Span<T>(ref value));
        return value;
    }

    public void Dispose()
    {
        _hash.Dispose();
        stream.Dispose();
    }

    /// <summary>Ends a snapshot.</summary>
    /// <returns>Its bytes.</returns>
    internal long WriteChecksum()
    {
        stream.Write(_hash.GetHashAndReset());
        stream.Flush();
        return stream.Position;
    }

    /// <summary>Whether the checksum is right; then the contents are read next.</summary>
    internal bool IsWhole()
    {
        long contents = stream.Length - SHA256.HashSizeInBytes;
        if (contents < LeastContents)
        {
            return false;
        }

        byte[] buffer = new byte[1 << 16];
        int read;
        for (long left = contents; left > 0 && (read = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length))) > 0; left -= read)
        {
            _hash.AppendData(buffer, 0, read);
        }

        byte[] expected = new byte[SHA256.HashSizeInBytes];
        bool whole = stream.ReadAtLeast(expected, expected.Length, throwOnEndOfStream: false) == expected.Length
            && expected.AsSpan().SequenceEqual(_hash.GetHashAndReset());
        stream.Position = 0;
        return whole;
    }
}
