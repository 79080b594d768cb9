namespace MuSc.Engine.Tiles;

/// <summary>One map: a stage, aggregated over one neighbourhood.</summary>
/// <param name="Stage">Index of the stage, from 0.</param>
/// <param name="Neighbourhood">What each patch is averaged with.</param>
public readonly record struct MapId(int Stage, Neighbourhood Neighbourhood)
{
    /// <summary>All maps in the order in which they are worked through and summed.</summary>
    public static IReadOnlyList<MapId> All(int stages, IReadOnlyList<Neighbourhood> neighbourhoods)
        => [.. Enumerable.Range(0, stages).SelectMany(stage => neighbourhoods.Select(neighbourhood => new MapId(stage, neighbourhood)))];
}

/// <summary>The unit of work: in one pass, all image pairs of two blocks.</summary>
/// <param name="Pass">Index of the pass.</param>
/// <param name="Row">The block with the lower index.</param>
/// <param name="Column">The other block, or the same one.</param>
public readonly record struct Tile(int Pass, int Row, int Column)
{
    /// <summary>A tile of two blocks in any order.</summary>
    public static Tile Of(int pass, int one, int other) => new(pass, Math.Min(one, other), Math.Max(one, other));

    /// <summary>Whether the block meets itself: then each pair comes once.</summary>
    public bool IsDiagonal => Row == Column;
}

/// <summary>
/// Which tiles a job has: a pure function of its blocks, its maps, who scores and how long a strip is. A <em>strip</em> is a run of
/// scored blocks whose kept values are in memory together; a <em>pass</em> is one map for one strip. The tiles of a pass are all
/// pairs of blocks that meet with at least one end in the strip, and only the ends in the strip take the minima: a pair of two strips
/// is worked out in the passes of both. With one strip a pass is a map.
/// </summary>
public sealed class TilePlan
{
    private readonly int[] _stripOf;
    private readonly int[] _scorers;
    private readonly ScorerRing? _ring;
    private readonly int[] _groups = [];
    private readonly int[] _firstBlocks = [];
    private readonly int _mostBlocks;
    private readonly List<Range> _strips = [];
    private readonly int[] _tiles;
    private readonly long[] _pairs;

    /// <param name="maps">Maps, at least 1.</param>
    /// <param name="blocks">The blocks in the job's order: subset by subset, references last.</param>
    /// <param name="mode">Whether scored images score each other, or references alone score them.</param>
    /// <param name="stripImages">Images of a strip at most, at least 1; a strip has one block in any case. The default is all.</param>
    /// <param name="ring">Which scored images score each other, no block in two of its groups; null where all do.</param>
    public TilePlan(int maps, IReadOnlyList<ImageBlock> blocks, ScoringMode mode, int stripImages = int.MaxValue, ScorerRing? ring = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stripImages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks.Count, 1, nameof(blocks));
        (Maps, Blocks, Mode) = (maps, blocks, mode);
        Scored = blocks.TakeWhile(block => !block.Reference).Count();
        int references = blocks.Skip(Scored).Sum(block => block.Count);
        Dictionary<int, int> subsets = blocks.Take(Scored).GroupBy(block => block.Subset).ToDictionary(of => of.Key, of => of.Sum(block => block.Count));
        if (ring is not null && mode == ScoringMode.Mutual)
        {
            int images = blocks[Scored - 1].End;
            _ring = ring;
            _groups = [.. blocks.Take(Scored).Select(block => ring.GroupOf(block.First, images))];
            _firstBlocks = [.. Enumerable.Range(0, Scored).Where(block => block == 0 || _groups[block] != _groups[block - 1]), Scored];
            _mostBlocks = Enumerable.Range(0, ring.Groups).Max(group => _firstBlocks[group + 1] - _firstBlocks[group]);
        }

        _scorers = [.. blocks.Take(Scored).Select((block, index) => references + (
            _ring is not null ? _ring.Partners(_groups[index]).Sum(GroupImages) : mode == ScoringMode.Mutual ? subsets[block.Subset] - 1 : 0))];
        _stripOf = CutStrips(stripImages);
        (_tiles, _pairs) = (new int[_strips.Count], new long[_strips.Count]);
        for (int strip = 0; strip < _strips.Count; strip++)
        {
            foreach (Tile tile in TilesOf(strip))
            {
                _tiles[strip]++;
                _pairs[strip] += Pairs(tile);
            }
        }
    }

    /// <summary>Maps, worked through one after the other.</summary>
    public int Maps { get; }

    /// <summary>The blocks, by index.</summary>
    public IReadOnlyList<ImageBlock> Blocks { get; }

    /// <summary>Who scores.</summary>
    public ScoringMode Mode { get; }

    /// <summary>How many blocks are scored; the others, behind them, are references.</summary>
    public int Scored { get; }

    /// <summary>The strips, each a range of scored blocks.</summary>
    public IReadOnlyList<Range> Strips => _strips;

    /// <summary>Passes, numbered map by map and within a map strip by strip.</summary>
    public int Passes => Maps * _strips.Count;

    /// <summary>Tiles of the whole job.</summary>
    public long Tiles => Maps * _tiles.Sum(tiles => (long)tiles);

    /// <summary>Image pairs of the whole job, each counted as often as it is worked out.</summary>
    public long ImagePairs => Maps * _pairs.Sum();

    /// <summary>The end of <see cref="Position"/>: about all pairs of blocks that may meet.</summary>
    public int Positions => _ring is null ? checked(Blocks.Count * (Blocks.Count + 1) / 2) : checked(Blocks.Count * Places);

    /// <summary>The end of <see cref="Place"/>: about all blocks that one may meet.</summary>
    public int Places => _ring is null ? Blocks.Count : (((2 * _ring.Reach) + 1) * _mostBlocks) + Blocks.Count - Scored;

    /// <summary>The map of a pass.</summary>
    public int MapOf(int pass) => pass / _strips.Count;

    /// <summary>The blocks that take minima in a pass.</summary>
    public Range StripOf(int pass) => _strips[pass % _strips.Count];

    /// <summary>The pass in which a scored block takes the minima of a map.</summary>
    public int PassOf(int map, int block) => (map * _strips.Count) + _stripOf[block];

    /// <summary>Whether a block takes minima in a pass.</summary>
    public bool Takes(int pass, int block) => block < Scored && _stripOf[block] == pass % _strips.Count;

    /// <summary>Whether a block meets few of the others, which <see cref="Partners"/> names without looking at all.</summary>
    public bool IsSparse => _ring is not null;

    /// <summary>Tiles of a pass.</summary>
    public int TilesIn(int pass) => _tiles[pass % _strips.Count];

    /// <summary>Whether a tile belongs to its pass.</summary>
    public bool Has(Tile tile) => Meets(tile.Row, tile.Column) && (Takes(tile.Pass, tile.Row) || Takes(tile.Pass, tile.Column));

    /// <summary>The tiles of a pass, block by block of its strip.</summary>
    public IEnumerable<Tile> TilesOf(int pass)
    {
        Range strip = StripOf(pass);

        // Within the strip a tile comes with its first block.
        return In(strip).SelectMany(block => Partners(block)
            .Where(other => other >= block || other < strip.Start.Value)
            .Select(other => Tile.Of(pass, block, other)));
    }

    /// <summary>The blocks of a range.</summary>
    public static IEnumerable<int> In(Range blocks) => Enumerable.Range(blocks.Start.Value, blocks.End.Value - blocks.Start.Value);

    /// <summary>Image pairs of a tile.</summary>
    public long Pairs(Tile tile)
    {
        long rows = Blocks[tile.Row].Count;
        return tile.IsDiagonal ? rows * (rows - 1) / 2 : rows * Blocks[tile.Column].Count;
    }

    /// <summary>Whether the two blocks are to score one another, in either direction.</summary>
    public bool Meets(int one, int other)
    {
        (ImageBlock a, ImageBlock b) = (Blocks[one], Blocks[other]);
        return a.Reference || b.Reference
            ? a.Reference != b.Reference
            : _ring is not null ? _ring.Meets(_groups[one], _groups[other])
            : Mode == ScoringMode.Mutual && a.Subset == b.Subset && !(a.Known && b.Known) && (one != other || a.Count > 1);
    }

    /// <summary>The blocks that are to score <paramref name="block"/>, ascending.</summary>
    public IEnumerable<int> Partners(int block) => _ring is null || block >= Scored
        ? Enumerable.Range(0, Blocks.Count).Where(other => Meets(block, other))
        : _ring.Partners(_groups[block]).SelectMany(group => In(_firstBlocks[group].._firstBlocks[group + 1])).Concat(In(Scored..Blocks.Count));

    /// <summary>How many values each patch of a scored block has on a map in the end, M.</summary>
    public int Scorers(int block) => _scorers[block];

    /// <summary>A number of a tile's own in its pass, 0 … <see cref="Positions"/> − 1.</summary>
    public int Position(Tile tile) => _ring is null ? checked((tile.Column * (tile.Column + 1) / 2) + tile.Row) : checked((tile.Row * Places) + Place(tile.Row, tile.Column));

    /// <summary>A number of a partner's own among those of a scored block, 0 … <see cref="Places"/> − 1.</summary>
    public int Place(int block, int partner)
    {
        if (_ring is null)
        {
            return partner;
        }

        if (partner >= Scored)
        {
            return Places - Blocks.Count + partner;
        }

        int steps = (_groups[partner] - _groups[block] + _ring.Reach + _ring.Groups) % _ring.Groups;
        return (steps * _mostBlocks) + partner - _firstBlocks[_groups[partner]];
    }

    /// <summary>
    /// The place of n beside which a block's features and its owner are best kept. Each strip is dealt out to all places, so that
    /// the kept values of a pass are spread over them.
    /// </summary>
    public int Home(int block, int places)
    {
        Range part = block < Scored ? _strips[_stripOf[block]] : Scored..Blocks.Count;
        return (int)((long)(block - part.Start.Value) * places / (part.End.Value - part.Start.Value));
    }

    private int GroupImages(int group) => Blocks[_firstBlocks[group + 1] - 1].End - Blocks[_firstBlocks[group]].First;

    private int[] CutStrips(int stripImages)
    {
        int[] stripOf = new int[Scored];
        for (int first = 0; first < Scored;)
        {
            int end = first;
            for (long images = 0; end < Scored && (end == first || images + Blocks[end].Count <= stripImages); end++)
            {
                images += Blocks[end].Count;
                stripOf[end] = _strips.Count;
            }

            _strips.Add(first..end);
            first = end;
        }

        return stripOf;
    }
}
