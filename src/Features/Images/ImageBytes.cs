using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace MuSc.Features.Images;

/// <summary>A whole file in a borrowed buffer.</summary>
internal sealed class ImageBytes : IDisposable
{
    private readonly byte[] _buffer;
    private readonly int _length;

    private ImageBytes(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    /// <summary>The file's bytes.</summary>
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    /// <summary>The file's bytes.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>Reads a file.</summary>
    /// <exception cref="ImageFileException">It is absent, a folder, unreadable or larger than an array may be.</exception>
    public static ImageBytes Read(string path)
    {
        byte[] buffer = [];
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long length = RandomAccess.GetLength(file);
            if (length > Array.MaxLength)
            {
                throw new ImageFileException(path, $"it has {length:N0} bytes; more than {Array.MaxLength:N0} are not read");
            }

            buffer = ArrayPool<byte>.Shared.Rent((int)length);
            int read = 0;
            for (int more; read < length && (more = RandomAccess.Read(file, buffer.AsSpan(read, (int)length - read), read)) > 0;)
            {
                read += more;
            }

            return new ImageBytes(buffer, read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageFileException(path, "there is no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ImageFileException(path, Directory.Exists(path) ? "it is a folder, not an image file" : $"it cannot be read ({e.Message})", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
