using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace MuSc.Features.Import.Safetensors;

/// <summary>
/// A safetensors checkpoint, mapped into memory: 8 bytes header length, the header as JSON, the tensors' bytes. Nothing of the
/// data is copied until a weight is read.
/// </summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private const int LengthBytes = 8;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;

    private SafetensorsFile(string path, MemoryMappedFile file, long length)
    {
        Path = path;
        _file = file;
        _view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            long headerBytes = HeaderBytes(new ReadOnlySpan<byte>(start, LengthBytes), length);
            _data = start + LengthBytes + headerBytes;
            Tensors = SafetensorsHeader.Read(new ReadOnlySpan<byte>(start + LengthBytes, (int)headerBytes), length - LengthBytes - headerBytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the file lies.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="ImportException">It cannot be read or is not a valid safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        MemoryMappedFile? mapped = null;
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            long length = RandomAccess.GetLength(handle);
            if (length <= LengthBytes)
            {
                throw new InvalidDataException($"it has only {length} bytes");
            }

            mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            return new SafetensorsFile(path, mapped, length);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            mapped?.Dispose();
            throw new ImportException($"{path}: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>A tensor's bytes from an offset within it, in place.</summary>
    /// <param name="entry">One of <see cref="Tensors"/>.</param>
    /// <param name="offset">First byte, within the tensor.</param>
    /// <param name="count">How many bytes.</param>
    public ReadOnlySpan<byte> Bytes(TensorEntry entry, long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + count, entry.End - entry.Begin);
        return new ReadOnlySpan<byte>(_data + entry.Begin + offset, count);
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static long HeaderBytes(ReadOnlySpan<byte> start, long fileBytes)
    {
        ulong bytes = BinaryPrimitives.ReadUInt64LittleEndian(start);
        return bytes switch
        {
            > (ulong)SafetensorsLimits.HeaderBytes => throw new InvalidDataException(
                $"its first 8 bytes ask for a header of {bytes} bytes; the format allows {SafetensorsLimits.HeaderBytes}, so this is not a safetensors file"),
            _ when bytes > (ulong)(fileBytes - LengthBytes) => throw new InvalidDataException(
                $"its header should have {bytes} bytes, but only {fileBytes - LengthBytes} follow: the file was cut off"),
            _ => (long)bytes,
        };
    }
}
