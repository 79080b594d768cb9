using System.Numerics;
using MuSc.Engine.Files;

namespace MuSc.Engine.Tokens;

/// <summary>
/// Writes a NumPy array file of floating-point numbers part by part, in any order and from any thread. It is written aside
/// and takes its name with <see cref="Complete"/>; without that nothing stays.
/// </summary>
public sealed class NpyWriter : IDisposable
{
    private readonly string _path;
    private readonly NpyHeader _header;
    private readonly AtomicFile _file;
    private long _written;

    private NpyWriter(string path, NpyHeader header, byte[] head)
    {
        (_path, _header, _file) = (path, header, new(path));
        RandomAccess.Write(_file.Stream.SafeFileHandle, head, 0);
    }

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file; an existing one is replaced in the end.</param>
    /// <param name="type">Float16, Float32 or Float64.</param>
    /// <param name="shape">Lengths of the dimensions.</param>
    /// <exception cref="JobException">It cannot be made.</exception>
    public static NpyWriter Create(string path, NpyType type, params ReadOnlySpan<long> shape)
    {
        byte[] head = NpyHeader.Write(type, shape);
        NpyHeader header = new(type, [.. shape], head.Length);
        return DiskError.Name(path, () => new NpyWriter(path, header, head));
    }

    /// <summary>Writes a whole array of float32 or float64.</summary>
    public static void WriteAll<T>(string path, ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged, INumberBase<T>
    {
        using NpyWriter writer = Create(path, typeof(T) == typeof(double) ? NpyType.Float64 : NpyType.Float32, shape);
        writer.Write(0, values);
        writer.Complete();
    }

    /// <summary>Writes consecutive elements; every element is written once.</summary>
    /// <param name="start">Index of the first element.</param>
    /// <param name="values">The elements.</param>
    public void Write<T>(long start, ReadOnlySpan<T> values)
        where T : unmanaged, INumberBase<T>
    {
        Span<byte> part = stackalloc byte[NpyElements.PartBytes];
        for (int done = 0, count; done < values.Length; done += count)
        {
            count = Math.Min(part.Length / _header.ElementBytes, values.Length - done);
            Span<byte> bytes = part[..(count * _header.ElementBytes)];
            NpyElements.Write(_header.Type, values.Slice(done, count), bytes);
            Put(start + done, count, bytes);
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

        DiskError.Name(_path, () => _file.Complete());
    }

    public void Dispose() => _file.Dispose();

    private void Put(long start, int count, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, _header.Length, nameof(start));
        try
        {
            RandomAccess.Write(_file.Stream.SafeFileHandle, bytes, _header.DataOffset + (start * _header.ElementBytes));
        }
        catch (IOException error)
        {
            throw DiskError.Of(_path, error);
        }

        Interlocked.Add(ref _written, count);
    }
}
