using System.Security.Cryptography;

namespace MuSc.Engine.Tiles;

/// <summary>A snapshot that is being written, with its checksum counted along, or one that is whole and is being read.</summary>
public sealed class SnapshotFile : IDisposable
{
    // Identity and sequence number; a shorter file was cut off.
    private const int LeastContents = SHA256.HashSizeInBytes + sizeof(long);

    private readonly Stream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal SnapshotFile(Stream stream) => _stream = stream;

    /// <summary>Opens a file whose checksum is right, or gives null.</summary>
    internal static SnapshotFile? Open(string path)
    {
        SnapshotFile file = new(File.OpenRead(path));
        if (file.IsWhole())
        {
            file._stream.Position = 0;
            return file;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Writes some numbers.</summary>
    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        _hash.AppendData(bytes);
        _stream.Write(bytes);
    }

    /// <summary>Writes a number.</summary>
    public void Write<T>(T value)
        where T : unmanaged => Write(new ReadOnlySpan<T>(in value));

    /// <summary>Reads as many numbers as were written.</summary>
    /// <exception cref="EndOfStreamException">So many were not written.</exception>
    public void Read<T>(Span<T> values)
        where T : unmanaged => _stream.ReadExactly(MemoryMarshal.AsBytes(values));

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
        _stream.Dispose();
    }

    /// <summary>Ends a snapshot.</summary>
    /// <returns>Its bytes.</returns>
    internal long WriteChecksum()
    {
        _stream.Write(_hash.GetHashAndReset());
        _stream.Flush();
        return _stream.Position;
    }

    private bool IsWhole()
    {
        if (_stream.Length < LeastContents + SHA256.HashSizeInBytes)
        {
            return false;
        }

        byte[] buffer = new byte[1 << 16];
        for (long left = _stream.Length - SHA256.HashSizeInBytes; left > 0;)
        {
            int read = _stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
            {
                return false;
            }

            _hash.AppendData(buffer, 0, read);
            left -= read;
        }

        byte[] expected = new byte[SHA256.HashSizeInBytes];
        return _stream.ReadAtLeast(expected, expected.Length, throwOnEndOfStream: false) == expected.Length
            && expected.AsSpan().SequenceEqual(_hash.GetHashAndReset());
    }
}
