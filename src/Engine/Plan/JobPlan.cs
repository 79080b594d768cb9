using MuSc.Engine.Tiles;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Plan;

/// <summary>
/// What a job will do and need on one machine: a pure function of its specification, its images, their features' shape and the memory.
/// </summary>
/// <param name="Images">Scored images N.</param>
/// <param name="References">References K.</param>
/// <param name="Shape">What one image has.</param>
/// <param name="Maps">Maps: stages times degrees.</param>
/// <param name="Layout">What is in memory at the same time.</param>
/// <param name="Strips">Strips: 1 where every image's values fit in memory.</param>
/// <param name="Tiles">Tiles over all maps.</param>
/// <param name="Pairs">Image pairs worked out over all maps.</param>
/// <param name="Packings">Images aggregated and packed over all maps, each as often as it is brought into memory.</param>
/// <param name="Flop">Floating-point operations of the plain kernel: two for each channel of each pair of patches.</param>
/// <param name="FeatureBytes">Bytes of all features, which rest in the scratch folder while the job runs.</param>
/// <param name="ReadBytes">Bytes read from there, over all maps.</param>
/// <param name="Memory">Bytes of scoring's buffers: packed tokens, kept values, tiles and sums.</param>
public sealed record JobPlan(
    int Images, int References, FeatureShape Shape, int Maps, ScoringLayout Layout, int Strips, long Tiles, long Pairs, long Packings, double Flop,
    long FeatureBytes, long ReadBytes, MemoryNeed Memory)
{
    /// <summary>Plans a job.</summary>
    /// <param name="spec">What is asked for.</param>
    /// <param name="images">Scored images N, at least 1.</param>
    /// <param name="references">References K.</param>
    /// <param name="shape">What one image has.</param>
    /// <param name="budgetBytes">Memory for scoring's buffers.</param>
    /// <param name="earlier">The layout of an earlier run that is to go on, kept where it fits; or null.</param>
    /// <param name="known">Scored images that know one another from an earlier job; or null.</param>
    /// <exception cref="JobException">An image has no scorer, or the memory does not suffice.</exception>
    public static JobPlan Of(ScoringJobSpec spec, int images, int references, FeatureShape shape, long budgetBytes, ScoringLayout? earlier = null, IReadOnlyList<int>? known = null)
    {
        LayoutChoice choice = new(spec, images, references, shape);
        bool goesOn = earlier is not null && choice.Need(earlier).Total <= budgetBytes;
        ScoringLayout layout = goesOn ? earlier! : choice.Choose(budgetBytes);
        TilePlan tiles = (Options(spec, references) with { Layout = layout, Known = known ?? [] }).Lay(images + references, shape.Stages.Count).Plan;
        long packed = Residence.OfMap(tiles, layout.ResidentImages)
            .Sum(residence => residence.Images + residence.Streamed.Sum(block => (long)tiles.Blocks[block].Count));
        long tokens = shape.Stages.Sum(stage => (long)stage.Length);
        return new(
            images,
            references,
            shape,
            tiles.Maps,
            layout,
            tiles.Strips.Count,
            tiles.Tiles,
            tiles.ImagePairs,
            Packings: tiles.Maps * packed,
            Flop: 2.0 * shape.Stages[0].Patches * shape.Stages[0].Patches * shape.Stages[0].Channels * tiles.ImagePairs,
            FeatureBytes: (images + references) * (tokens + shape.ClassChannels) * sizeof(float),
            ReadBytes: packed * spec.MapsPerStage * tokens * sizeof(float),
            choice.Need(layout));
    }

    /// <summary>How the job is scored, but for the layout.</summary>
    public static MutualScoringOptions Options(ScoringJobSpec spec, int references) => new()
    {
        Degrees = spec.Degrees,
        Aggregation = spec.Aggregation,
        Interval = spec.Interval,
        Reduction = spec.Reduction,
        CheckRepeats = spec.CheckRepeats,
        Mode = spec.Mode,
        Alone = spec.Gallery?.ReadOnly == true,
        References = references,
        Subsets = spec.Subsets,
        Seed = spec.Seed,
        Scorers = spec.Scorers,
        Threads = spec.Threads,
    };
}
