using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MuSc.Engine.Mutual;

/// <summary>
/// A stream to or from a snapshot that counts its checksum along: what is read counts only if <see cref="Verify"/> agrees.
/// </summary>
internal sealed class SnapshotFile(Stream stream) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        _hash.AppendData(bytes);
        stream.Write(bytes);
    }

    public void Write<T>(T value)
        where T : unmanaged => Write(new ReadOnlySpan<T>(in value));

    /// <summary>Ends a snapshot.</summary>
    public void WriteChecksum()
    {
        stream.Write(_hash.GetHashAndReset());
        stream.Flush();
    }

    /// <exception cref="EndOfStreamException">The file is cut off.</exception>
    public void Read<T>(Span<T> values)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        stream.ReadExactly(bytes);
        _hash.AppendData(bytes);
    }

    public T Read<T>()
        where T : unmanaged
    {
        T value = default;
        Read(new Span<T>(ref value));
        return value;
    }

    /// <summary>Whether the bytes up to the last 32 have the checksum that these say.</summary>
    public static bool Verify(Stream stream)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        for (long left = stream.Length - 32; left > 0;)
        {
            int read = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
            {
                return false;
            }

            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        byte[] expected = new byte[32];
        return stream.ReadAtLeast(expected, 32, throwOnEndOfStream: false) == 32 && expected.AsSpan().SequenceEqual(hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _hash.Dispose();
        stream.Dispose();
    }
}
