using MuSc.Features;
using MuSc.Scoring.Interval;

namespace MuSc.Engine.Plan;

/// <summary>Bytes that one image takes in the parts of scoring.</summary>
/// <param name="Patches">P of a map.</param>
/// <param name="Features">All its stages and its class token, as they rest on disk.</param>
/// <param name="Panels">Its packed tokens of one map.</param>
/// <param name="Values">The kept values of one map, and their counts.</param>
/// <param name="Stages">Its longest stage and one map, as a thread that packs it needs them.</param>
internal sealed record ImageBytes(int Patches, long Features, long Panels, long Values, long Stages)
{
    // The widest kernel packs rows in groups of so many.
    private const int PanelRows = 32;

    /// <param name="shape">What one image has.</param>
    /// <param name="keep">Values kept of each patch.</param>
    /// <param name="scorers">Values that each patch gets.</param>
    public static ImageBytes Of(FeatureShape shape, int keep, int scorers)
    {
        StageShape map = shape.Stages[0];
        long rows = (map.Patches + PanelRows - 1) / PanelRows * (long)PanelRows;
        long values = (long)map.Patches * (ScorerSelection.Capacity(keep, scorers) + 2);
        return new(
            map.Patches,
            (shape.Stages.Sum(stage => (long)stage.Length) + shape.ClassChannels) * sizeof(float),
            rows * map.Channels * sizeof(float),
            values * sizeof(float),
            // Three: aggregation works on a copy of its own.
            3L * Math.Max(shape.Stages.Max(stage => stage.Length), map.Length) * sizeof(float));
    }
}
