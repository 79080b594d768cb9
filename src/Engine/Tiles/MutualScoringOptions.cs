using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Tiles;

/// <summary>What mutual scoring on one machine holds in memory at the same time, in images. It never changes a result.</summary>
/// <param name="BlockImages">Images of a block; two blocks make a tile, the unit of work. At least 1.</param>
/// <param name="ResidentImages">Images whose packed tokens of a map stay in memory while all others stream past. At least 1.</param>
/// <param name="StripImages">Images whose lowest values are collected at the same time; others' are collected in further passes. At least 1.</param>
public sealed record ScoringLayout(int BlockImages, int ResidentImages, int StripImages)
{
    /// <summary>Everything at once, with blocks of eight images.</summary>
    public static ScoringLayout Everything { get; } = new(8, int.MaxValue, int.MaxValue);
}

/// <summary>How the images of a token source score each other.</summary>
public sealed record MutualScoringOptions
{
    /// <summary>Aggregation degrees r, odd. The default is 1, 3, 5.</summary>
    public IReadOnlyList<int> Degrees { get; init; } = [1, 3, 5];

    /// <summary>How a stage becomes maps. The default is that of MuSc.</summary>
    public Aggregation Aggregation { get; init; }

    /// <summary>Those of each stage's maps.</summary>
    public IReadOnlyList<Neighbourhood> Neighbourhoods => Neighbourhood.Of(Aggregation, Degrees);

    /// <summary>The interval of kept values; of no use with <see cref="ScoringMode.References"/>. The default is 0 % to 30 %.</summary>
    public IntervalRange Interval { get; init; } = IntervalRange.Default;

    /// <summary>What becomes of the kept values; of no use with <see cref="ScoringMode.References"/>. The default is their mean.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;

    /// <summary>Whether each patch gets a second score, of <see cref="IntervalRange.Repeated"/>. The default is no.</summary>
    public bool CheckRepeats { get; init; }

    /// <summary>How many scores a patch gets.</summary>
    public int Averages => CheckRepeats ? 2 : 1;

    /// <summary>Who scores. The default is everybody.</summary>
    public ScoringMode Mode { get; init; } = ScoringMode.Mutual;

    /// <summary>How many images K at the end of the source are references. The default is none.</summary>
    public int References { get; init; }

    /// <summary>Into how many parts the set is split, each scored apart. The default is 1.</summary>
    public int Subsets { get; init; } = 1;

    /// <summary>Seed of the split. The default is 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads, at least 1; never changes a result. The default is one per processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>What is in memory at the same time; never changes a result. The default is everything.</summary>
    public ScoringLayout Layout { get; init; } = ScoringLayout.Everything;

    /// <summary>Chooses the kernel of each map; never changes a result. The default is the fastest.</summary>
    public KernelChoice Kernel { get; init; } = NearestPatchKernels.ForMap;

    /// <summary>How many others score each image, even; null for all, as by default. Not with subsets.</summary>
    public int? Scorers { get; init; }

    /// <summary>Whether references are all that score, by the interval as if everybody did. The default is no.</summary>
    public bool Alone { get; init; }

    /// <summary>Scored images, ascending, that know one another from an earlier job. The default is none.</summary>
    public IReadOnlyList<int> Known { get; init; } = [];

    /// <summary>Where the values of those lie, and where all values go; null where none are kept, as by default. Not together with snapshots.</summary>
    public IKeptDistances? Distances { get; init; }

    /// <summary>Where snapshots are taken, and from which scoring goes on. The default is nowhere.</summary>
    public ScoringSnapshots? Snapshots { get; init; }

    /// <summary>Receives once what an earlier run had done. The default is nobody.</summary>
    public Action<ResumedPairs>? Resumed { get; init; }

    /// <summary>The order of the images and the tiles over them.</summary>
    /// <param name="images">Images, references included.</param>
    /// <param name="stages">Stages.</param>
    /// <exception cref="JobException">An image would have no scorer.</exception>
    internal (ImageOrder Order, TilePlan Plan) Lay(int images, int stages)
    {
        ScoringMode whoMeets = Alone ? ScoringMode.References : Mode;
        ScorerRing? ring = ScorerRing.Of(images - References, Scorers);
        ImageOrder order = ImageOrder.Of(images - References, References, Subsets, Seed, Layout.BlockImages, whoMeets, Known, ring);
        return (order, new(stages * Neighbourhoods.Count, order.Blocks, whoMeets, Layout.StripImages, ring));
    }

    /// <summary>What is kept of so many values.</summary>
    internal KeptValues Kept(int scorers) => KeptValues.Of(Mode, Interval, Reduction, CheckRepeats, scorers, Distances is not null);
}

/// <summary>
/// How one machine orders the tiles of a pass: some blocks of the strip stay in memory, packed, and meet first each other, then the
/// blocks that stream past them one by one.
/// </summary>
/// <param name="Plan">The job's tiles.</param>
/// <param name="Pass">The pass.</param>
/// <param name="Blocks">The blocks that stay.</param>
internal sealed record Residence(TilePlan Plan, int Pass, Range Blocks)
{
    /// <summary>Position of the first image that stays.</summary>
    public int FirstImage => Plan.Blocks[Blocks.Start.Value].First;

    /// <summary>Images that stay.</summary>
    public int Images => Plan.Blocks[Blocks.End.Value - 1].End - FirstImage;

    /// <summary>The tiles among those that stay.</summary>
    public IEnumerable<Tile> Inner =>
        from row in TilePlan.In(Blocks)
        from column in Plan.Partners(row).Where(other => other >= row && other < Blocks.End.Value)
        select new Tile(Pass, row, column);

    /// <summary>The blocks that stream past: those further on in the strip, then those outside it.</summary>
    public IEnumerable<int> Streamed => TilePlan.In(Blocks).SelectMany(Plan.Partners)
        .Where(other => other >= Blocks.End.Value || other < Plan.StripOf(Pass).Start.Value)
        .Distinct()
        .OrderBy(other => other < Blocks.End.Value).ThenBy(other => other);

    /// <summary>The residences of a map, strip by strip; each pass of the map has those of its strip.</summary>
    public static IEnumerable<Residence> OfMap(TilePlan plan, int images) => Enumerable.Range(0, plan.Strips.Count).SelectMany(pass => Of(plan, pass, images));

    /// <summary>The residences of a pass, one after the other, of at most so many images but one block at least.</summary>
    public static IEnumerable<Residence> Of(TilePlan plan, int pass, int images)
    {
        Range strip = plan.StripOf(pass);
        for (int first = strip.Start.Value; first < strip.End.Value;)
        {
            int end = first + 1;
            while (end < strip.End.Value && plan.Blocks[end].End - plan.Blocks[first].First <= images)
            {
                end++;
            }

            yield return new(plan, pass, first..end);
            first = end;
        }
    }

    /// <summary>The tiles of those that stay with a streamed block.</summary>
    public IEnumerable<Tile> With(int streamed) =>
        TilePlan.In(Blocks).Where(block => Plan.Meets(block, streamed)).Select(block => Tile.Of(Pass, block, streamed));
}
