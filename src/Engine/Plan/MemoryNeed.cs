using MuSc.Engine.Tiles;

namespace MuSc.Engine.Plan;

/// <summary>Bytes of scoring's buffers.</summary>
/// <param name="Panels">Packed tokens of one map: resident images and two streamed blocks.</param>
/// <param name="Values">The kept values of a strip.</param>
/// <param name="Tiles">Each thread's tile and the stage that it packs.</param>
/// <param name="Sums">Patch scores of all images in float64.</param>
public sealed record MemoryNeed(long Panels, long Values, long Tiles, long Sums)
{
    /// <summary>All of them.</summary>
    public long Total => Panels + Values + Tiles + Sums;

    internal static MemoryNeed Of(ScoringLayout layout, int images, LargestSubset largest, ImageBytes bytes, int threads)
    {
        int strip = Math.Min(layout.StripImages, largest.Scored);
        int resident = Math.Min(layout.ResidentImages, strip);
        bool streams = resident < largest.Members;
        return new(
            (resident + (streams ? 2L * layout.BlockImages : 0)) * bytes.Panels,
            strip * bytes.Values,
            threads * (bytes.Stages + TileBuffers.Bytes((long)layout.BlockImages * layout.BlockImages, bytes.Patches)),
            (long)images * bytes.Patches * sizeof(double));
    }
}
