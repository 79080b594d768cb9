namespace MuSc.Grains.Messages;

/// <summary>
/// Bytes of a message, in pieces that .NET collects as it does other small objects. Arrays of some MiB lie in a heap of their own, which
/// is collected so seldom that the garbage of messages took as much memory as all that a silo may keep.
/// </summary>
/// <param name="Pieces">The bytes in order.</param>
[GenerateSerializer, Immutable, Alias("musc.payload")]
public sealed record Payload([property: Id(0)] byte[][] Pieces)
{
    private const int PieceBytes = 64 << 10;

    /// <summary>All bytes.</summary>
    public int Length => Pieces.Sum(piece => piece.Length);

    /// <summary>So many zeros, to be filled before it is sent.</summary>
    public static Payload Allocate(int length) =>
        new([.. Enumerable.Range(0, (length + PieceBytes - 1) / PieceBytes).Select(index => new byte[Math.Min(PieceBytes, length - (index * PieceBytes))])]);

    /// <summary>A copy of some bytes.</summary>
    public static Payload Of(ReadOnlySpan<byte> bytes)
    {
        Payload copy = Allocate(bytes.Length);
        foreach (byte[] piece in copy.Pieces)
        {
            bytes[..piece.Length].CopyTo(piece);
            bytes = bytes[piece.Length..];
        }

        return copy;
    }

    /// <summary>Copies all bytes.</summary>
    public void CopyTo(Span<byte> target)
    {
        foreach (byte[] piece in Pieces)
        {
            piece.CopyTo(target);
            target = target[piece.Length..];
        }
    }
}
