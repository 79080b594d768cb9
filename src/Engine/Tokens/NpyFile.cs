using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace MuSc.Engine.Tokens;

/// <summary>
/// A NumPy array file (<c>.npy</c>, C order) that is read in parts, at any position and from any thread, so that it may be
/// larger than memory. Elements are converted to the kind that is asked for.
/// </summary>
public sealed class NpyFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly NpyHeader _header;

    private NpyFile(string path, SafeFileHandle handle, NpyHeader header) => (FilePath, _handle, _header) = (path, handle, header);

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Kind of the elements in the file.</summary>
    public NpyType Type => _header.Type;

    /// <summary>Lengths of the dimensions; empty for a single value.</summary>
    public IReadOnlyList<long> Shape => _header.Shape;

    /// <summary>Elements in all.</summary>
    public long Length => _header.Length;

    /// <summary>Opens a file and checks that it is whole.</summary>
    /// <exception cref="JobException">It cannot be read, is damaged, or is of a kind that is not supported.</exception>
    public static NpyFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path);
            NpyHeader header = NpyHeader.Read(handle);
            long missing = header.DataOffset + (header.Length * header.ElementBytes) - RandomAccess.GetLength(handle);
            return missing <= 0
                ? new(path, handle, header)
                : throw new FormatException($"it is cut off: {missing} bytes are missing at its end");
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            handle?.Dispose();
            string reason = error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : error.Message;
            throw new JobException(JobErrorKind.Input, $"{path}: {reason.TrimEnd('.')}.", error);
        }
    }

    /// <summary>Reads a whole file as float32.</summary>
    public static float[] ReadSingles(string path) => ReadAll<float>(path);

    /// <summary>Reads a whole file as float64.</summary>
    public static double[] ReadDoubles(string path) => ReadAll<double>(path);

    /// <summary>Reads consecutive elements as float32 or float64.</summary>
    /// <param name="start">Index of the first element.</param>
    /// <param name="values">As many elements as it is long.</param>
    public void Read<T>(long start, Span<T> values)
        where T : unmanaged, INumberBase<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + values.Length, Length);
        if (typeof(T) == typeof(float) && Type == NpyType.Float32)
        {
            Fill(start, MemoryMarshal.AsBytes(values));
            return;
        }

        Span<byte> part = stackalloc byte[NpyElements.PartBytes];
        for (int done = 0, count; done < values.Length; done += count)
        {
            count = Math.Min(part.Length / _header.ElementBytes, values.Length - done);
            Span<byte> bytes = part[..(count * _header.ElementBytes)];
            Fill(start + done, bytes);
            NpyElements.Read(Type, bytes, values.Slice(done, count));
        }
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>Fills a span from a position of a file on, as far as the file goes, and says how many bytes there were.</summary>
    internal static int ReadUpTo(SafeFileHandle file, Span<byte> bytes, long position)
    {
        int done = 0;
        for (int read; (read = RandomAccess.Read(file, bytes[done..], position + done)) > 0;)
        {
            done += read;
        }

        return done;
    }

    private static T[] ReadAll<T>(string path)
        where T : unmanaged, INumberBase<T>
    {
        using NpyFile file = Open(path);
        T[] values = new T[file.Length];
        file.Read<T>(0, values);
        return values;
    }

    private void Fill(long start, Span<byte> bytes)
    {
        try
        {
            if (ReadUpTo(_handle, bytes, _header.DataOffset + (start * _header.ElementBytes)) < bytes.Length)
            {
                throw new JobException(JobErrorKind.Input, $"{FilePath}: it became shorter while it was read.");
            }
        }
        catch (IOException error)
        {
            throw new JobException(JobErrorKind.Input, $"{FilePath}: {error.Message}", error);
        }
    }
}
