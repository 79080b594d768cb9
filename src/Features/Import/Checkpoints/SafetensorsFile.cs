using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace MuSc.Features.Import.Checkpoints;

/// <summary>
/// A safetensors checkpoint: 8 bytes header length, the header as JSON, the tensors' bytes. Everything is read in place, mapped
/// piece by piece, so that a file of any size takes neither heap nor much address space.
/// </summary>
internal sealed class SafetensorsFile(string path, MemoryMappedFile file, long dataStart, IReadOnlyDictionary<string, TensorEntry> tensors) : IDisposable
{
    private const int LengthBytes = 8;

    public string Path => path;

    public IReadOnlyDictionary<string, TensorEntry> Tensors => tensors;

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
            long dataStart = LengthBytes + headerBytes;
            return new SafetensorsFile(path, mapped, dataStart, SafetensorsHeader.Read(header.Span, fileBytes - dataStart));
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
        return new MappedBytes(file, dataStart + entry.Begin + offset, count);
    }

    public void Dispose() => file.Dispose();

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
            > (ulong)SafetensorsHeader.MostBytes => throw new InvalidDataException(
                $"its first 8 bytes ask for a header of {bytes} bytes; the format allows {SafetensorsHeader.MostBytes}, so this is not a safetensors file"),
            0 => throw new InvalidDataException("its header is empty"),
            _ when bytes > (ulong)(fileBytes - LengthBytes) => throw new InvalidDataException(
                $"its header should have {bytes} bytes, but only {fileBytes - LengthBytes} follow: the file was cut off"),
            _ => (long)bytes,
        };
    }
}

/// <summary>One tensor as the header describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type, a name of <see cref="TensorType"/>.</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte.</param>
internal sealed record TensorEntry(string Name, string Type, long[] Shape, long Begin, long End)
{
    /// <summary>The shape as it is shown to people, for example [1024, 3, 14, 14].</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}

/// <summary>The element types of the safetensors format, by the names that its header uses.</summary>
internal static class TensorType
{
    public const string F16 = "F16";
    public const string BF16 = "BF16";
    public const string F32 = "F32";

    /// <summary>Bits of one element; 0 for a type that the format does not know.</summary>
    public static int Bits(string name) => name switch
    {
        "F4" => 4,
        "F6_E2M3" or "F6_E3M2" => 6,
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => 8,
        "I16" or "U16" or F16 or BF16 => 16,
        "I32" or "U32" or F32 => 32,
        "I64" or "U64" or "F64" or "C64" => 64,
        _ => 0,
    };
}

/// <summary>A piece of a file, mapped into memory for as long as it is looked at.</summary>
internal sealed unsafe class MappedBytes : IDisposable
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _count;

    public MappedBytes(MemoryMappedFile file, long offset, int count)
    {
        _view = file.CreateViewAccessor(offset, count, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);

        // A mapping begins at a page; the view says how far behind its beginning the piece does.
        _start = start + _view.PointerOffset;
        _count = count;
    }

    public ReadOnlySpan<byte> Span => new(_start, _count);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
    }
}
