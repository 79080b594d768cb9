namespace MuSc.Engine.Ledger;

/// <summary>
/// Who should hold which blocks and compute which tiles when n workers share a job: a preference that saves traffic,
/// never a condition of correctness.
/// </summary>
public sealed class Placement
{
    private readonly TilePlan _plan;
    private readonly CyclicQuorum _quorum;

    /// <param name="plan">The job's tiles.</param>
    /// <param name="workers">Workers n, at least 1.</param>
    public Placement(TilePlan plan, int workers)
    {
        _plan = plan;
        _quorum = CyclicQuorum.For(workers);
    }

    /// <summary>Workers n.</summary>
    public int Workers => _quorum.Workers;

    /// <summary>The worker beside which a block's features and its owner are best kept.</summary>
    public int Home(int block) => (int)((long)block * Workers / _plan.Blocks.Count);

    /// <summary>The blocks that a worker's share touches, ascending.</summary>
    public IEnumerable<int> Blocks(int worker) => _quorum.Residues
        .SelectMany(residue => Group((worker + residue) % Workers))
        .Order();

    /// <summary>A worker's tiles of one map, in an order in which neighbours share a block.</summary>
    public IEnumerable<Tile> Share(int map, int worker)
    {
        foreach ((int one, int other, int? half) in _quorum.Share(worker))
        {
            bool forward = true;
            foreach (int row in Group(one))
            {
                IEnumerable<int> columns = forward ? Group(other) : Group(other).Reverse();
                forward = !forward;
                foreach (int column in columns)
                {
                    bool mine = one != other ? half is null || (row + column) % 2 == half : row <= column;
                    if (mine && _plan.Meets(row, column))
                    {
                        yield return Tile.Of(map, row, column);
                    }
                }
            }
        }
    }

    private IEnumerable<int> Group(int group)
    {
        int blocks = _plan.Blocks.Count;
        int first = (int)((((long)group * blocks) + Workers - 1) / Workers);
        int end = (int)((((long)(group + 1) * blocks) + Workers - 1) / Workers);
        return Enumerable.Range(first, end - first);
    }
}
