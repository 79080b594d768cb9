using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Tiles;

/// <summary>
/// Works out a tile's pairs in memory of its own that is used for one tile after the other: nothing is allocated that grows with
/// images or patches. One thread at a time.
/// </summary>
/// <param name="pairs">Image pairs of the largest tile, n · m.</param>
/// <param name="patches">P.</param>
public sealed class TileBuffers(int pairs, int patches) : IDisposable
{
    private readonly NativeFloats _rows = new((long)pairs * patches);
    private readonly NativeFloats _columns = new((long)pairs * patches);
    private readonly NativeFloats _present = new(SparseDots.Words((long)pairs * patches) * sizeof(ulong) / sizeof(float));

    /// <summary>Image pairs that there is room for.</summary>
    public int Pairs => pairs;

    /// <summary>Patches P.</summary>
    public int Patches => patches;

    /// <summary>Room for the bits that <see cref="SparseDots"/> sets.</summary>
    public Span<ulong> Present => MemoryMarshal.Cast<float, ulong>(_present.Slice(0, (int)_present.Length));

    /// <summary>Bytes that the buffers take.</summary>
    public static long Bytes(long pairs, int patches) => (2 * pairs * patches * sizeof(float)) + (SparseDots.Words(pairs * patches) * sizeof(ulong));

    /// <summary>Works out all pairs of two blocks.</summary>
    /// <param name="kernel">The kernel of the map, which packed both.</param>
    /// <param name="rows">One block.</param>
    /// <param name="columns">The other, or the same.</param>
    /// <param name="diagonal">Whether it is the same: then each pair comes once, and <see cref="Rows"/> has both directions.</param>
    /// <param name="computed">Called with the pairs done, a few at a time.</param>
    /// <param name="cancellationToken">Stops between pairs.</param>
    public void Compute(
        INearestPatchKernel kernel, in TileSide rows, in TileSide columns, bool diagonal, Action<int>? computed, CancellationToken cancellationToken) =>
        kernel.MaxDotsOfTile(
            rows, columns, Patches, diagonal, Rows(rows.Images, columns.Images), Columns(rows.Images, columns.Images), computed, cancellationToken);

    /// <summary>[n × m × P] The row images' dot products with the other block's images; negative infinity with themselves.</summary>
    /// <remarks>What does not exceed its floor may be there or be negative infinity.</remarks>
    /// <param name="rows">Images n.</param>
    /// <param name="columns">Images m.</param>
    public Span<float> Rows(int rows, int columns) => _rows.Slice(0, rows * columns * Patches);

    /// <summary>[m × n × P] The same of the column images; not on the diagonal.</summary>
    public Span<float> Columns(int rows, int columns) => _columns.Slice(0, rows * columns * Patches);

    public void Dispose()
    {
        _rows.Dispose();
        _columns.Dispose();
        _present.Dispose();
    }
}
