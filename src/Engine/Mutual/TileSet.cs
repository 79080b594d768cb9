namespace MuSc.Engine.Mutual;

/// <summary>Which tiles of a strip are done.</summary>
/// <param name="tiles">Tiles of the strip.</param>
internal sealed class TileSet(int tiles)
{
    private readonly ulong[] _bits = new ulong[(tiles + 63) / 64];

    /// <summary>One bit a tile, lowest first.</summary>
    public Span<ulong> Bits => _bits;

    public bool Contains(int tile) => (_bits[tile / 64] >> (tile % 64) & 1) != 0;

    public void Add(int tile) => _bits[tile / 64] |= 1UL << (tile % 64);
}
