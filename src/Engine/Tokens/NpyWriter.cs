using Microsoft.Win32.SafeHandles;
using MuSc.Engine.Files;

namespace MuSc.Engine.Tokens;

/// <summary>
/// Writes a NumPy array file of floating-point numbers part by part, in any order and from any thread. It is written aside
/// and takes its name with <see cref="Complete"/>; without that nothing stays.
/// </summary>
public sealed class NpyWriter : IDisposable
{
    private const int PartBytes = 1 << 16;

    private readonly string _path;
    private readonly NpyHeader _header;
    private readonly AtomicFile _file;
    private readonly SafeFileHandle _handle;
    private long _written;

    private NpyWriter(string path, NpyHeader header, byte[] head)
    {
        _path = path;
        _header = header;
        _file = DiskError.Tell(path, () => new AtomicFile(path));
        _handle = _file.Stream.SafeFileHandle;
        DiskError.Tell(path, () => RandomAccess.Write(_handle, head, 0));
    }

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file; an existing one is replaced in the end.</param>
    /// <param name="type">Float16, Float32 or Float64.</param>
    /// <param name="shape">Lengths of the dimensions.</param>
    /// <exception cref="JobException">It cannot be made.</exception>
    public static NpyWriter Create(string path, NpyType type, params ReadOnlySpan<long> shape)
    {
        byte[] head = NpyHeader.Write(type, shape);
        return new(path, new(type, shape.ToArray(), head.Length), head);
    }

    /// <summary>Writes a whole array.</summary>
    public static void WriteAll(string path, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        using NpyWriter writer = Create(path, NpyType.Float32, shape);
        writer.Write(0, values);
        writer.Complete();
    }

    /// <summary>Writes a whole array.</summary>
    public static void WriteAll(string path, ReadOnlySpan<double> values, params ReadOnlySpan<long> shape)
    {
        using NpyWriter writer = Create(path, NpyType.Float64, shape);
        writer.Write(0, values);
        writer.Complete();
    }

    /// <summary>Writes consecutive elements; every element is written once.</summary>
    /// <param name="start">Index of the first element.</param>
    /// <param name="values">The elements.</param>
    public void Write(long start, ReadOnlySpan<float> values)
    {
        Span<byte> part = stackalloc byte[PartBytes];
        for (int done = 0; done < values.Length;)
        {
            int count = Math.Min(PartBytes / _header.ElementBytes, values.Length - done);
            Span<byte> bytes = part[..(count * _header.ElementBytes)];
            NpyElements.FromSingle(_header.Type, values.Slice(done, count), bytes);
            Put(start + done, count, bytes);
            done += count;
        }
    }

    /// <summary>Writes consecutive elements; every element is written once.</summary>
    /// <param name="start">Index of the first element.</param>
    /// <param name="values">The elements.</param>
    public void Write(long start, ReadOnlySpan<double> values)
    {
        Span<byte> part = stackalloc byte[PartBytes];
        for (int done = 0; done < values.Length;)
        {
            int count = Math.Min(PartBytes / _header.ElementBytes, values.Length - done);
            Span<byte> bytes = part[..(count * _header.ElementBytes)];
            NpyElements.FromDouble(_header.Type, values.Slice(done, count), bytes);
            Put(start + done, count, bytes);
            done += count;
        }
    }

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="InvalidOperationException">Not every element was written.</exception>
    public void Complete()
    {
        if (_written != _header.Length)
        {
            throw new InvalidOperationException($"{_path}: {_written} of {_header.Length} elements were written.");
        }

        DiskError.Tell(_path, () => _file.Complete());
    }

    public void Dispose() => _file.Dispose();

    private void Put(long start, int count, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, _header.Length, nameof(start));
        try
        {
            RandomAccess.Write(_handle, bytes, _header.DataOffset + (start * _header.ElementBytes));
        }
        catch (IOException error)
        {
            throw DiskError.Of(_path, error);
        }

        Interlocked.Add(ref _written, count);
    }
}
