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

    private readonly byte[] _identity = SHA256.HashData(Encoding.UTF8.GetBytes(identity));
    private long _sequence;

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
        file.Write<byte>(_identity);
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
        if (File.Exists(path) && SnapshotFile.Open(path) is { } file)
        {
            byte[] identity = new byte[_identity.Length];
            file.Read<byte>(identity);
            if (identity.AsSpan().SequenceEqual(_identity))
            {
                return (file.Read<long>(), file);
            }

            file.Dispose();
        }

        return (0, null);
    }

    private string PathOf(int generation) => Path.Combine(folder, $"{name}-{generation}");
}
