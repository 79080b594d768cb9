namespace MuSc.Client;

/// <summary>Part of a file.</summary>
/// <param name="Length">Bytes of the whole file.</param>
/// <param name="Bytes">Some of them.</param>
internal sealed record FilePart(long Length, ReadOnlyMemory<byte> Bytes);

/// <summary>A file that is fetched in parts, each when it is read; any place in it can be sought.</summary>
internal sealed class PartStream : ReadOnlyStream
{
    private readonly Func<long, CancellationToken, Task<FilePart>> _fetch;
    private FilePart _part;
    private long _begin;
    private long _position;

    private PartStream(Func<long, CancellationToken, Task<FilePart>> fetch, FilePart first) => (_fetch, _part) = (fetch, first);

    public override bool CanSeek => true;

    public override long Length => _part.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Opens the file.</summary>
    /// <param name="fetch">Gives the part that begins at an offset.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Stream> OpenAsync(Func<long, CancellationToken, Task<FilePart>> fetch, CancellationToken cancellationToken) =>
        new PartStream(fetch, await fetch(0, cancellationToken));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= Length || buffer.Length == 0)
        {
            return 0;
        }

        if (_position < _begin || _position >= _begin + _part.Bytes.Length)
        {
            FilePart part = await _fetch(_position, cancellationToken);
            if (part.Length != Length || part.Bytes.Length == 0)
            {
                throw new IOException($"The file has {part.Length} bytes, and not {Length} any more: it changed while it was read.");
            }

            (_part, _begin) = (part, _position);
        }

        ReadOnlyMemory<byte> there = _part.Bytes[(int)(_position - _begin)..];
        int count = Math.Min(there.Length, buffer.Length);
        there[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => Length };
}
