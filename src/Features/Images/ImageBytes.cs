using Microsoft.Win32.SafeHandles;

namespace MuSc.Features.Images;

/// <summary>The bytes of an image file.</summary>
internal static class ImageBytes
{
    /// <summary>Reads a whole file into an array of its size, which libvips takes without a copy.</summary>
    /// <exception cref="ImageFileException">It is absent, a folder, unreadable or larger than an array may be.</exception>
    public static byte[] Read(string path) => Read(path, Array.MaxLength + 1L);

    /// <summary>Reads the first bytes of a file, enough to know its format.</summary>
    /// <exception cref="ImageFileException">It is absent, a folder or unreadable.</exception>
    public static byte[] ReadStart(string path) => Read(path, 16);

    private static byte[] Read(string path, long most)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long length = Math.Min(RandomAccess.GetLength(file), most);
            if (length > Array.MaxLength)
            {
                throw new ImageFileException(path, $"more than {Array.MaxLength:N0} bytes are not read");
            }

            byte[] buffer = GC.AllocateUninitializedArray<byte>((int)length);
            int read = 0;
            for (int more; read < length && (more = RandomAccess.Read(file, buffer.AsSpan(read), read)) > 0;)
            {
                read += more;
            }

            return read == length ? buffer : buffer[..read];
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
}
