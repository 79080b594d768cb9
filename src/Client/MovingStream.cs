namespace MuSc.Client;

/// <summary>Reads a stream that stays its owner's, and reports each time something came.</summary>
/// <param name="inner">The stream.</param>
/// <param name="moved">Called after each read.</param>
internal sealed class MovingStream(Stream inner, Action moved) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        moved();
        return read;
    }
}
