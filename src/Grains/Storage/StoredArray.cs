using System.Security.Cryptography;
using MuSc.Engine.Files;

namespace MuSc.Grains.Storage;

/// <summary>A small array in a file of its own: a checksum, then the numbers; written aside and renamed.</summary>
public static class StoredArray
{
    /// <summary>Writes the array; a file that is there is replaced.</summary>
    /// <exception cref="JobException">The disk is full or cannot be written to.</exception>
    public static void Write<T>(string path, ReadOnlySpan<T> values) where T : unmanaged
    {
        byte[] bytes = MemoryMarshal.AsBytes(values).ToArray();
        DiskError.Name(path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(
                path,
                file =>
                {
                    file.Write(SHA256.HashData(bytes));
                    file.Write(bytes);
                },
                flushToDisk: true);
        });
    }

    /// <summary>Reads the array.</summary>
    /// <returns>Its numbers; null where there is no file, or it is damaged.</returns>
    public static T[]? Read<T>(string path) where T : unmanaged
    {
        if (!File.Exists(path))
        {
            return null;
        }

        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        return bytes.Length >= SHA256.HashSizeInBytes
            && SHA256.HashData(bytes[SHA256.HashSizeInBytes..]).AsSpan().SequenceEqual(bytes[..SHA256.HashSizeInBytes])
            ? MemoryMarshal.Cast<byte, T>(bytes[SHA256.HashSizeInBytes..]).ToArray()
            : null;
    }
}
