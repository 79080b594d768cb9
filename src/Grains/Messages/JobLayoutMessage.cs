using MuSc.Engine.Tiles;

namespace MuSc.Grains.Messages;

/// <summary>What owners, extractors and workers of a job have to know.</summary>
/// <param name="Generation">The generation of the features.</param>
/// <param name="Settings">The job's settings, without its images.</param>
/// <param name="Counts">Images of each block.</param>
/// <param name="Subsets">The subset of each block.</param>
/// <param name="FirstReference">The first block of references; the number of blocks where there is none.</param>
/// <param name="Hashes">Hash of each block's features, once it is known.</param>
/// <param name="Shape">What one image has, once it is known.</param>
/// <param name="StripImages">Images of a strip at most: of how many images owners hold kept values at the same time.</param>
/// <param name="Trace">The span that work on the job belongs to (<see cref="ClusterTraces"/>), or null.</param>
/// <param name="Profile">The numeric profile in which lost features are to be extracted again, or null for any.</param>
/// <param name="Known">How many blocks, the first ones, know one another from an earlier job (<see cref="ImageBlock.Known"/>).</param>
[GenerateSerializer, Immutable, Alias("musc.layout")]
public sealed record JobLayoutMessage(
    [property: Id(0)] int Generation, [property: Id(1)] ScoringJobSpec Settings, [property: Id(2)] int[] Counts, [property: Id(3)] int[] Subsets,
    [property: Id(4)] int FirstReference, [property: Id(5)] string?[] Hashes, [property: Id(6)] FeatureShapeMessage? Shape, [property: Id(7)] int StripImages,
    [property: Id(8)] string? Trace, [property: Id(9)] string? Profile = null, [property: Id(10)] int Known = 0)
{
    /// <summary>The job's tiles.</summary>
    /// <exception cref="InvalidOperationException">The features' shape is not known yet.</exception>
    public TilePlan ToPlan()
    {
        List<ImageBlock> blocks = [];
        for (int block = 0; block < Counts.Length; block++)
        {
            blocks.Add(new(block == 0 ? 0 : blocks[block - 1].End, Counts[block], Subsets[block], block >= FirstReference, block < Known));
        }

        int stages = Shape?.Grids.Length ?? throw new InvalidOperationException("The features' shape is not known yet.");
        return new(stages * Settings.MapsPerStage, blocks, Settings.WhoMeets, StripImages, ScorerRing.Of(Counts.Take(FirstReference).Sum(), Settings.Scorers));
    }

    /// <summary>How a block's distances become scores.</summary>
    public KeptValues ToKept(TilePlan plan, int block) => KeptValues.Of(Settings, plan.Scorers(block));

    /// <summary>A map by its number.</summary>
    public MapId Map(int map) => new(
        map / Settings.MapsPerStage, Neighbourhood.Of(Settings.Aggregation, Settings.Degrees)[map % Settings.MapsPerStage]);
}
