using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace MuSc.Features.Import.Safetensors;

/// <summary>
/// A safetensors checkpoint: 8 bytes header length, the header as JSON, the tensors' bytes. Everything is read in place, mapped
/// piece by piece, so that a file of any size takes neither heap nor much address space.
/// </summary>
internal sealed class SafetensorsFile : IDisposable
{
    private const int LengthBytes = 8;
    private readonly MemoryMappedFile _file;
    private readonly long _dataStart;

    private SafetensorsFile(string path, MemoryMappedFile file, long headerBytes, IReadOnlyDictionary<string, TensorEntry> tensors)
    {
        Path = path;
        Tensors = tensors;
        _file = file;
        _dataStart = LengthBytes + headerBytes;
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
            long headerBytes = HeaderBytes(path, out long fileBytes);
            mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            using MappedBytes header = new(mapped, LengthBytes, (int)headerBytes);
            return new SafetensorsFile(path, mapped, headerBytes, SafetensorsHeader.Read(header.Span, fileBytes - LengthBytes - headerBytes));
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            mapped?.Dispose();
            throw new ImportException($"{path}: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>Maps bytes of a tensor.</summary>
    /// <param name="entry">One of <see cref="Tensors"/>.</param>
    /// <param name="offset">First byte, within the tensor.</param>
    /// <param name="count">How many bytes, at least 1.</param>
    public MappedBytes Map(TensorEntry entry, long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + count, entry.End - entry.Begin);
        return new MappedBytes(_file, _dataStart + entry.Begin + offset, count);
    }

    public void Dispose() => _file.Dispose();

    private static long HeaderBytes(string path, out long fileBytes)
    {
        using SafeFileHandle handle = File.OpenHandle(path);
        fileBytes = RandomAccess.GetLength(handle);
        Span<byte> start = stackalloc byte[LengthBytes];
        if (RandomAccess.Read(handle, start, 0) < LengthBytes)
        {
            throw new InvalidDataException($"it has only {fileBytes} bytes");
        }

        ulong bytes = BinaryPrimitives.ReadUInt64LittleEndian(start);
        return bytes switch
        {
            > (ulong)SafetensorsLimits.HeaderBytes => throw new InvalidDataException(
                $"its first 8 bytes ask for a header of {bytes} bytes; the format allows {SafetensorsLimits.HeaderBytes}, so this is not a safetensors file"),
            0 => throw new InvalidDataException("its header is empty"),
            _ when bytes > (ulong)(fileBytes - LengthBytes) => throw new InvalidDataException(
                $"its header should have {bytes} bytes, but only {fileBytes - LengthBytes} follow: the file was cut off"),
            _ => (long)bytes,
        };
    }
}
