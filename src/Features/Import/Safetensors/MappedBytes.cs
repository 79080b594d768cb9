using System.IO.MemoryMappedFiles;

namespace MuSc.Features.Import.Safetensors;

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
