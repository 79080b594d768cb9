using System.Numerics;
using MuSc.Engine.Tiles;
using MuSc.Features.Backbones;
using MuSc.Scoring.NearestPatch;

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
}

/// <summary>Chooses the layout that costs least within a memory budget, for the largest part of a set that is scored apart.</summary>
internal sealed class LayoutChoice
{
    // A tile's two buffers fit the second-level cache of one core.
    private const long TileBytes = 1 << 20;
    private const int LongestBlock = 32;

    // Blocks for each thread, so that none waits long for the last one.
    private const int BlocksPerThread = 4;

    // Packing an image costs about as much as scoring it against 500 / P others (measured at P = 64 … 1369).
    private const double PackCost = 500;

    // A thread holds a stage, its map, and copies: aggregation has one, a kernel that gives up on pruning a pair has two.
    private const int CopiesOfThread = 5;

    // A pruned kernel keeps a bound of two bytes for each pair of patches, in a pool whose arrays are powers of two.
    private const long BoundBytes = 2;

    private readonly ScoringJobSpec _spec;
    private readonly int _images;
    private readonly int _references;
    private readonly int _scored;
    private readonly int? _scorers;
    private readonly int _patches;
    private readonly long _panelBytes;
    private readonly long _valueBytes;
    private readonly long _stageBytes;

    /// <param name="spec">What is asked for.</param>
    /// <param name="images">Scored images N.</param>
    /// <param name="references">References K.</param>
    /// <param name="shape">What one image has.</param>
    /// <exception cref="JobException">An image has no scorer.</exception>
    public LayoutChoice(ScoringJobSpec spec, int images, int references, FeatureShape shape)
    {
        ImageOrder.Of(images, references, spec.Subsets, spec.Seed, blockImages: 1, spec.WhoMeets);
        (_spec, _images, _references) = (spec, images, references);
        _scored = (images + spec.Subsets - 1) / spec.Subsets;
        _scorers = ScorerRing.Of(images, spec.Scorers) is null ? null : spec.Scorers;
        int scorers = references + (spec.WhoMeets == ScoringMode.Mutual ? _scorers ?? (_scored - 1) : 0);
        StageShape map = shape.Stages[0];
        _patches = map.Patches;
        _valueBytes = KeptValues.Of(spec, scorers).Bytes(_patches, scorers);
        _panelBytes = NearestPatchKernels.MostPackedLength(_patches, map.Channels) * (long)sizeof(float);
        _stageBytes = ((long)CopiesOfThread * shape.Stages.Max(stage => stage.Length) * sizeof(float))
            + (BoundBytes * (long)BitOperations.RoundUpToPowerOf2((ulong)_patches * (ulong)_patches));
    }

    /// <summary>What a layout needs.</summary>
    public MemoryNeed Need(ScoringLayout layout) => Need(layout, _spec.Threads);

    /// <summary>The layout that costs least.</summary>
    /// <param name="budget">Bytes for scoring's buffers.</param>
    /// <exception cref="JobException">Nothing fits.</exception>
    public ScoringLayout Choose(long budget)
    {
        for (int block = _spec.BlockImages ?? PreferredBlock(); ; block /= 2)
        {
            if (Candidates(block).Where(layout => Need(layout).Total <= budget).MinBy(Cost) is { } best)
            {
                return best;
            }

            if (block == 1 || _spec.BlockImages is not null)
            {
                throw TooLittle(budget);
            }
        }
    }

    private MemoryNeed Need(ScoringLayout layout, int threads)
    {
        int strip = Math.Min(layout.StripImages, _scored);
        int resident = Math.Min(layout.ResidentImages, strip);
        bool streams = resident < _scored + _references;
        return new(
            (resident + (streams ? 2L * layout.BlockImages : 0)) * _panelBytes,
            strip * _valueBytes,
            threads * (_stageBytes + TileBuffers.Bytes((long)layout.BlockImages * layout.BlockImages, _patches)),
            (long)_images * _patches * sizeof(double));
    }

    private int PreferredBlock()
    {
        int byCache = (int)Math.Sqrt(TileBytes / (2.0 * sizeof(float) * _patches));
        int byThreads = (_scored + _references) / (BlocksPerThread * _spec.Threads);
        return Math.Clamp(Math.Min(byCache, byThreads), 1, LongestBlock);
    }

    private IEnumerable<ScoringLayout> Candidates(int block) =>
        from strip in Lengths(block)
        from resident in Lengths(block)
        where resident <= strip
        select new ScoringLayout(block, resident, strip);

    // Whole set, then parts of it that are whole blocks.
    private IEnumerable<int> Lengths(int block)
    {
        yield return _scored;
        int last = _scored;
        for (int parts = 2; parts <= _scored; parts += 1 + (parts / 8))
        {
            int length = ((_scored + parts - 1) / parts + block - 1) / block * block;
            if (length < last)
            {
                yield return length;
                last = length;
            }
        }
    }

    // Pairs, and packings in units of a pair: each pass over a strip meets everybody who is not behind it.
    private double Cost(ScoringLayout layout)
    {
        double scored = _scored;
        if (_scorers is { } near)
        {
            // Along the ring: each strip meets half a sample more at its ends, each residence a sample beside itself.
            double strips = Math.Ceiling(scored / layout.StripImages);
            double beside = (scored / layout.ResidentImages * (near + _references)) + scored;
            return (scored * ((near / 2.0) + _references)) + (strips > 1 ? strips * near * near / 8 : 0) + (PackCost / _patches * beside);
        }

        double inner = _spec.WhoMeets == ScoringMode.Mutual ? scored - (layout.StripImages / 2.0) : 0;
        double met = inner + _references;
        double passes = Math.Ceiling(scored / layout.StripImages) * Math.Ceiling((double)layout.StripImages / layout.ResidentImages);
        return (scored * met) + (PackCost / _patches * passes * Math.Max(met, layout.ResidentImages));
    }

    private JobException TooLittle(long budget)
    {
        ScoringLayout smallest = new(1, 1, 1);
        long least = Need(smallest).Total;
        string fewer = _spec.Threads > 1 && Need(smallest, 1).Total <= budget ? ", or use --threads 1" : string.Empty;
        return new(
            JobErrorKind.Resource,
            $"Scoring {_images} images needs at least {JobMemory.MiB(least)} of memory for its buffers, but {JobMemory.MiB(Math.Max(budget, 0))} are left for them. "
            + $"Allow {JobMemory.MiB(least - budget)} more with --memory{fewer}, or choose a smaller size, a narrower interval or more subsets.");
    }
}
