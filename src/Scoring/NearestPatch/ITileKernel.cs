namespace MuSc.Scoring.NearestPatch;

/// <summary>A kernel that works out many pairs at once, as a device does that is far away or has many processors.</summary>
public interface ITileKernel : INearestPatchKernel
{
    /// <summary>What <see cref="INearestPatchKernel.MaxDots"/> gives for each image of one block with each of the other.</summary>
    /// <param name="rows">One block, n images.</param>
    /// <param name="columns">The other, m images, or the same.</param>
    /// <param name="patches">P of every image.</param>
    /// <param name="diagonal">
    /// Whether it is the same: then each pair comes once, <paramref name="rowMaxima"/> has both directions, and negative infinity where an
    /// image meets itself.
    /// </param>
    /// <param name="rowMaxima">[n × m × P]</param>
    /// <param name="columnMaxima">[m × n × P]; not used on the diagonal.</param>
    /// <param name="computed">Called with the pairs done, some at a time.</param>
    /// <param name="cancellationToken">Stops between some pairs and the next.</param>
    void MaxDots(
        in TileSide rows, in TileSide columns, int patches, bool diagonal, Span<float> rowMaxima, Span<float> columnMaxima,
        Action<int>? computed, CancellationToken cancellationToken);
}
