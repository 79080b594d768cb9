using System.Security.Cryptography;

namespace MuSc.Engine.Ledger;

/// <summary>
/// One owner's snapshots on disk: two generations, each with a checksum, written aside and renamed. A torn or damaged
/// file is passed over in favour of the other generation. Nothing is forced through to the disk: a snapshot lost with its
/// machine costs repetition, and waiting for disks would cost more.
/// </summary>
/// <param name="folder">Where they lie; made when needed.</param>
/// <param name="name">The owner's name, without extension.</param>
public sealed class SnapshotStore(string folder, string name)
{
    private const int Generations = 2;
    private const int HeaderLength = sizeof(long) + 32;

    /// <summary>Writes a snapshot beside the one before it.</summary>
    /// <param name="sequence">Higher than that of every earlier snapshot.</param>
    /// <param name="save">Writes the contents.</param>
    public void Write(long sequence, Action<Stream> save)
    {
        Directory.CreateDirectory(folder);
        string path = Generation((int)(sequence % Generations));
        string aside = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream file = new(aside, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                file.Write(new byte[HeaderLength]);
                save(file);
                file.Position = HeaderLength;
                byte[] hash = SHA256.HashData(file);
                file.Position = 0;
                file.Write(BitConverter.GetBytes(sequence));
                file.Write(hash);
            }

            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>Reads the newest whole snapshot.</summary>
    /// <param name="load">Reads the contents.</param>
    /// <returns>Its sequence number, or 0 where there is none.</returns>
    public long Read(Action<Stream> load)
    {
        (long sequence, string path) = Enumerable.Range(0, Generations)
            .Select(Generation)
            .Select(file => (Sequence: Check(file), file))
            .MaxBy(found => found.Sequence);
        if (sequence > 0)
        {
            using FileStream file = File.OpenRead(path);
            file.Position = HeaderLength;
            load(file);
        }

        return sequence;
    }

    private static long Check(string path)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        using FileStream file = File.OpenRead(path);
        byte[] header = new byte[HeaderLength];
        return file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) == HeaderLength
            && SHA256.HashData(file).AsSpan().SequenceEqual(header.AsSpan(sizeof(long)))
            ? BitConverter.ToInt64(header)
            : 0;
    }

    private string Generation(int generation) => Path.Combine(folder, $"{name}.{generation}.snapshot");
}
