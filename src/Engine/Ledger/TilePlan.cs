using MuSc.Contracts;

namespace MuSc.Engine.Ledger;

/// <summary>Which tiles a job has: a pure function of its blocks, its number of maps and who scores.</summary>
public sealed class TilePlan
{
    private readonly int[][] _partners;

    /// <param name="maps">Maps, at least 1.</param>
    /// <param name="blocks">The blocks in the job's order.</param>
    /// <param name="mode">Whether scored images score each other, or references alone score them.</param>
    public TilePlan(int maps, IReadOnlyList<ImageBlock> blocks, ScoringMode mode)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks.Count, 1, nameof(blocks));
        Maps = maps;
        Blocks = blocks;
        Mode = mode;
        _partners = new int[blocks.Count][];
        for (int block = 0; block < blocks.Count; block++)
        {
            _partners[block] = [.. Enumerable.Range(0, blocks.Count).Where(other => Meets(block, other))];
            TilesPerMap += _partners[block].Count(other => other >= block);
        }
    }

    /// <summary>Maps, worked through one after the other.</summary>
    public int Maps { get; }

    /// <summary>The blocks, by index.</summary>
    public IReadOnlyList<ImageBlock> Blocks { get; }

    /// <summary>Who scores.</summary>
    public ScoringMode Mode { get; }

    /// <summary>Tiles of one map.</summary>
    public int TilesPerMap { get; }

    /// <summary>Tiles of the whole job.</summary>
    public long Tiles => (long)TilesPerMap * Maps;

    /// <summary>Whether the two blocks score one another, in either direction.</summary>
    public bool Meets(int one, int other)
    {
        ImageBlock a = Blocks[one];
        ImageBlock b = Blocks[other];
        return a.Reference || b.Reference
            ? a.Reference != b.Reference
            : Mode == ScoringMode.Mutual && a.Subset == b.Subset && (one != other || a.Count > 1);
    }

    /// <summary>The blocks whose minima the owner of <paramref name="block"/> receives, ascending.</summary>
    public IReadOnlyList<int> Partners(int block) => _partners[block];

    /// <summary>How many values each patch of the block receives on a map: M in docs/method.md, Mutual scoring.</summary>
    public int Scorers(int block) => _partners[block].Sum(partner => Blocks[partner].Count - (partner == block ? 1 : 0));

    /// <summary>Where a tile stands among all pairs of blocks, row by row of the triangle: 0 … B·(B+1)/2 − 1.</summary>
    public static int Position(Tile tile) => checked(((tile.Column * (tile.Column + 1)) / 2) + tile.Row);

    /// <summary>Pairs of blocks, met or not; the end of <see cref="Position"/>.</summary>
    public int Positions => checked(Blocks.Count * (Blocks.Count + 1) / 2);
}
