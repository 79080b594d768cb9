using System.Numerics;
using MuSc.Engine.Tiles;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Plan;

/// <summary>Bytes that one image takes in the parts of scoring.</summary>
/// <param name="Patches">P of a map.</param>
/// <param name="Features">All its stages and its class token, as they rest on disk.</param>
/// <param name="Panels">Its packed tokens of one map.</param>
/// <param name="Values">The kept values of one map, and their counts.</param>
/// <param name="Stages">What a thread holds of the images that it packs or compares.</param>
internal sealed record ImageBytes(int Patches, long Features, long Panels, long Values, long Stages)
{
    // A stage, its map, and copies: aggregation has one, a kernel that gives up on pruning a pair has two.
    private const int CopiesOfThread = 5;

    // A pruned kernel keeps a bound of two bytes for each pair of patches, in a pool whose arrays are powers of two.
    private const long BoundBytes = 2;

    /// <param name="shape">What one image has.</param>
    /// <param name="kept">What is kept of each patch's values.</param>
    /// <param name="scorers">Values that each patch gets.</param>
    public static ImageBytes Of(FeatureShape shape, KeptValues kept, int scorers)
    {
        StageShape map = shape.Stages[0];
        return new(
            map.Patches,
            (shape.Stages.Sum(stage => (long)stage.Length) + shape.ClassChannels) * sizeof(float),
            NearestPatchKernels.MostPackedLength(map.Patches, map.Channels) * (long)sizeof(float),
            kept.Bytes(map.Patches, scorers),
            ((long)CopiesOfThread * Math.Max(shape.Stages.Max(stage => stage.Length), map.Length) * sizeof(float))
                + (BoundBytes * (long)BitOperations.RoundUpToPowerOf2((ulong)map.Patches * (ulong)map.Patches)));
    }
}
