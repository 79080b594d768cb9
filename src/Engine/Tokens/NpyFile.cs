using Microsoft.Win32.SafeHandles;

namespace MuSc.Engine.Tokens;

/// <summary>
/// A NumPy array file (<c>.npy</c>, C order) that is read in parts, at any position and from any thread, so that it may be
/// larger than memory. Elements are converted to the kind that is asked for.
/// </summary>
public sealed class NpyFile : IDisposable
{
    private const int PartBytes = 1 << 16;

    private readonly SafeFileHandle _handle;
    private readonly NpyHeader _header;

    private NpyFile(string path, SafeFileHandle handle, NpyHeader header)
    {
        FilePath = path;
        _handle = handle;
        _header = header;
    }

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
            SafeFileHandle opened = handle;
            NpyHeader header = NpyHeader.Read((position, bytes) => ReadUpTo(opened, bytes.Span, position));
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
    public static float[] ReadSingles(string path)
    {
        using NpyFile file = Open(path);
        float[] values = new float[file.Length];
        file.Read(0, values);
        return values;
    }

    /// <summary>Reads a whole file as float64.</summary>
    public static double[] ReadDoubles(string path)
    {
        using NpyFile file = Open(path);
        double[] values = new double[file.Length];
        file.Read(0, values);
        return values;
    }

    /// <summary>Reads consecutive elements as float32.</summary>
    /// <param name="start">Index of the first element.</param>
    /// <param name="values">As many elements as it is long.</param>
    public void Read(long start, Span<float> values)
    {
        CheckRange(start, values.Length);
        if (Type == NpyType.Float32)
        {
            Fill(start, MemoryMarshal.AsBytes(values));
            return;
        }

        Span<byte> part = stackalloc byte[PartBytes];
        for (int done = 0; done < values.Length;)
        {
            int count = Math.Min(PartBytes / _header.ElementBytes, values.Length - done);
            Span<byte> bytes = part[..(count * _header.ElementBytes)];
            Fill(start + done, bytes);
            NpyElements.ToSingle(Type, bytes, values.Slice(done, count));
            done += count;
        }
    }

    /// <summary>Reads consecutive elements as float64.</summary>
    /// <param name="start">Index of the first element.</param>
    /// <param name="values">As many elements as it is long.</param>
    public void Read(long start, Span<double> values)
    {
        CheckRange(start, values.Length);
        Span<byte> part = stackalloc byte[PartBytes];
        for (int done = 0; done < values.Length;)
        {
            int count = Math.Min(PartBytes / _header.ElementBytes, values.Length - done);
            Span<byte> bytes = part[..(count * _header.ElementBytes)];
            Fill(start + done, bytes);
            NpyElements.ToDouble(Type, bytes, values.Slice(done, count));
            done += count;
        }
    }

    public void Dispose() => _handle.Dispose();

    private static int ReadUpTo(SafeFileHandle handle, Span<byte> bytes, long position)
    {
        int done = 0;
        while (done < bytes.Length)
        {
            int read = RandomAccess.Read(handle, bytes[done..], position + done);
            if (read == 0)
            {
                break;
            }

            done += read;
        }

        return done;
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

    private void CheckRange(long start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, Length);
    }
}
