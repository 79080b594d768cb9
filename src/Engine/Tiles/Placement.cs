namespace MuSc.Engine.Tiles;

/// <summary>
/// Who should hold which blocks and compute which tiles when n workers share a job: a preference that saves traffic,
/// never a condition of correctness.
/// </summary>
public sealed class Placement
{
    private readonly TilePlan _plan;
    private readonly CyclicQuorum _quorum;
    private readonly int[][] _groups;

    /// <param name="plan">The job's tiles.</param>
    /// <param name="workers">Workers n, at least 1.</param>
    public Placement(TilePlan plan, int workers)
    {
        _plan = plan;
        _quorum = CyclicQuorum.For(workers);
        ILookup<int, int> homes = Enumerable.Range(0, plan.Blocks.Count).ToLookup(block => plan.Home(block, workers));
        _groups = [.. Enumerable.Range(0, workers).Select(group => homes[group].ToArray())];
    }

    /// <summary>A worker's tiles of one pass, in an order in which neighbours share a block.</summary>
    public IEnumerable<Tile> Share(int pass, int worker)
    {
        foreach ((int one, int other, int? half) in _quorum.Share(worker))
        {
            bool forward = true;
            foreach (int row in _groups[one])
            {
                IEnumerable<int> columns = forward ? _groups[other] : _groups[other].Reverse();
                forward = !forward;
                foreach (int column in columns)
                {
                    bool mine = one != other ? half is null || (row + column) % 2 == half : row <= column;
                    Tile tile = Tile.Of(pass, row, column);
                    if (mine && _plan.Has(tile))
                    {
                        yield return tile;
                    }
                }
            }
        }
    }
}
