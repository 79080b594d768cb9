using MuSc.Engine.Tiles;

namespace MuSc.Engine.Plan;

/// <summary>
/// What a job will do and need on one machine: a pure function of its specification, its images, their features' shape and the memory.
/// </summary>
public sealed record JobPlan
{
    /// <summary>Scored images N.</summary>
    public required int Images { get; init; }

    /// <summary>References K.</summary>
    public required int References { get; init; }

    /// <summary>What one image has.</summary>
    public required FeatureShape Shape { get; init; }

    /// <summary>Maps: stages times degrees.</summary>
    public required int Maps { get; init; }

    /// <summary>What is in memory at the same time.</summary>
    public required ScoringLayout Layout { get; init; }

    /// <summary>Strips: 1 where every image's values fit in memory.</summary>
    public required int Strips { get; init; }

    /// <summary>Tiles over all maps.</summary>
    public required long Tiles { get; init; }

    /// <summary>Image pairs worked out over all maps.</summary>
    public required long Pairs { get; init; }

    /// <summary>Images aggregated and packed over all maps, each as often as it is brought into memory.</summary>
    public required long Packings { get; init; }

    /// <summary>Floating-point operations of the plain kernel: two for each channel of each pair of patches.</summary>
    public double Flop => 2.0 * Shape.Stages[0].Patches * Shape.Stages[0].Patches * Shape.Stages[0].Channels * Pairs;

    /// <summary>Bytes of all features, which rest in the scratch folder while the job runs.</summary>
    public required long FeatureBytes { get; init; }

    /// <summary>Bytes read from there, over all maps.</summary>
    public required long ReadBytes { get; init; }

    /// <summary>Bytes of scoring's buffers: packed tokens, kept values, tiles and sums.</summary>
    public required MemoryNeed Memory { get; init; }

    /// <summary>Plans a job.</summary>
    /// <param name="spec">What is asked for.</param>
    /// <param name="images">Scored images N, at least 1.</param>
    /// <param name="references">References K.</param>
    /// <param name="shape">What one image has.</param>
    /// <param name="budgetBytes">Memory for scoring's buffers.</param>
    /// <param name="earlier">The layout of an earlier run that is to go on, kept where it fits; or null.</param>
    /// <exception cref="JobException">An image has no scorer, or the memory does not suffice.</exception>
    public static JobPlan Of(ScoringJobSpec spec, int images, int references, FeatureShape shape, long budgetBytes, ScoringLayout? earlier = null)
    {
        MutualScoringOptions options = Options(spec, references);
        ImageOrder.Of(images, references, spec.Subsets, spec.Seed, blockImages: 1, spec.Mode);
        LargestSubset largest = new((images + spec.Subsets - 1) / spec.Subsets, references, spec.Mode);
        ImageBytes bytes = ImageBytes.Of(shape, KeptValues.Of(spec.Mode, spec.Interval, spec.Reduction, largest.Scorers), largest.Scorers);
        bool goesOn = earlier is not null && MemoryNeed.Of(earlier, images, largest, bytes, spec.Threads).Total <= budgetBytes;
        ScoringLayout layout = goesOn ? earlier! : LayoutChoice.Choose(spec, images, largest, bytes, budgetBytes);
        TilePlan tiles = (options with { Layout = layout }).Lay(images + references, shape.Stages.Count).Plan;
        Residence[] residences = [.. Enumerable.Range(0, tiles.Strips.Count).SelectMany(pass => Residence.Of(tiles, pass, layout.ResidentImages))];
        long packed = residences.Sum(residence => residence.Images + residence.Streamed.Sum(block => (long)tiles.Blocks[block].Count));
        return new()
        {
            Images = images,
            References = references,
            Shape = shape,
            Maps = tiles.Maps,
            Layout = layout,
            Strips = tiles.Strips.Count,
            Tiles = tiles.Tiles,
            Pairs = tiles.ImagePairs,
            Packings = tiles.Maps * packed,
            FeatureBytes = (images + references) * bytes.Features,
            ReadBytes = packed * spec.Degrees.Count * shape.Stages.Sum(stage => (long)stage.Length) * sizeof(float),
            Memory = MemoryNeed.Of(layout, images, largest, bytes, spec.Threads),
        };
    }

    /// <summary>How the job is scored, but for the layout.</summary>
    public static MutualScoringOptions Options(ScoringJobSpec spec, int references) => new()
    {
        Degrees = spec.Degrees,
        Interval = spec.Interval,
        Reduction = spec.Reduction,
        Mode = spec.Mode,
        References = references,
        Subsets = spec.Subsets,
        Seed = spec.Seed,
        Threads = spec.Threads,
    };
}
