namespace MuSc.Engine.Tiles;

/// <summary>
/// Who should hold which blocks and compute which tiles when n places (silos) share a job: a preference that saves traffic,
/// never a condition of correctness.
/// </summary>
/// <param name="plan">The job's tiles.</param>
/// <param name="places">Places n, at least 1.</param>
public sealed class Placement(TilePlan plan, int places)
{
    private readonly CyclicQuorum _quorum = CyclicQuorum.For(places);
    private readonly int[] _homes = [.. Enumerable.Range(0, plan.Blocks.Count).Select(block => plan.Home(block, places))];
    private readonly ILookup<int, int> _groups = Enumerable.Range(0, plan.Blocks.Count).ToLookup(block => plan.Home(block, places));

    /// <summary>A place's tiles of one pass, in an order in which neighbours share a block.</summary>
    public IEnumerable<Tile> Share(int pass, int place)
    {
        foreach ((int one, int other, int? half) in _quorum.Share(place))
        {
            bool forward = true;
            foreach (int row in _groups[one])
            {
                IEnumerable<int> near = plan.IsSparse ? plan.Partners(row).Where(column => _homes[column] == other) : _groups[other];
                IEnumerable<int> columns = forward ? near : near.Reverse();
                forward = !forward;
                foreach (int column in columns)
                {
                    bool mine = one != other ? half is null || (row + column) % 2 == half : row <= column;
                    Tile tile = Tile.Of(pass, row, column);
                    if (mine && plan.Has(tile))
                    {
                        yield return tile;
                    }
                }
            }
        }
    }
}

/// <summary>
/// A set D of residues modulo n whose differences reach every residue. If place w holds the block groups w + d, d in D,
/// every pair of groups meets at some place, with about √n groups each instead of all n (Luk and Wong, "Two new
/// quorum based algorithms for distributed mutual exclusion", 1997).
/// </summary>
public sealed class CyclicQuorum
{
    private const int Restarts = 64;

    private readonly (int A, int B)[] _pairs;

    private CyclicQuorum(int places, int[] residues)
    {
        (Places, Residues) = (places, residues);
        _pairs = [.. Enumerable.Range(0, (places / 2) + 1).Select(Represent)];
    }

    /// <summary>Places n, which is also the number of block groups.</summary>
    public int Places { get; }

    /// <summary>D, ascending, 0 among them.</summary>
    public IReadOnlyList<int> Residues { get; }

    /// <summary>Finds a small set for n places; the same one for the same n.</summary>
    public static CyclicQuorum For(int places)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(places, 1);
        Random random = new(places);
        int[] best = Enumerable.Range(0, Restarts).Select(_ => Greedy(places, random)).MinBy(found => found.Length)!;
        Array.Sort(best);
        return new(places, best);
    }

    /// <summary>
    /// The pairs of groups that a place computes, own group first. Together all places have every pair once; where n is
    /// even, the pairs half a turn apart are had by two places, distinguished by <c>Half</c> 0 and 1.
    /// </summary>
    public IEnumerable<(int One, int Other, int? Half)> Share(int place)
    {
        yield return (place, place, null);
        for (int difference = 1; difference < _pairs.Length; difference++)
        {
            (int a, int b) = _pairs[difference];
            int one = (place + a) % Places;
            int other = (place + b) % Places;
            int? half = 2 * difference == Places ? (one < other ? 0 : 1) : null;
            yield return (one, other, half);
        }
    }

    // A pair with residue 0 is preferred: the place owns that group, so half of the minima stay where they are.
    private (int A, int B) Represent(int difference)
    {
        (int A, int B)[] all = [.. from a in Residues from b in Residues where (a - b + Places) % Places == difference select (a, b)];
        return all[Math.Max(0, Array.FindLastIndex(all, pair => pair.A == 0 || pair.B == 0))];
    }

    private static int[] Greedy(int n, Random random)
    {
        List<int> chosen = [0];
        bool[] covered = new bool[n];
        covered[0] = true;
        int missing = n - 1;
        while (missing > 0)
        {
            (int residue, int gain) = Best(n, chosen, covered, random);
            foreach (int other in chosen)
            {
                covered[(residue - other + n) % n] = true;
                covered[(other - residue + n) % n] = true;
            }

            chosen.Add(residue);
            missing -= gain;
        }

        return [.. chosen];
    }

    private static (int Residue, int Gain) Best(int n, List<int> chosen, bool[] covered, Random random)
    {
        (int Residue, int Gain) best = (0, 0);
        int ties = 0;
        int[] seen = new int[n];
        for (int residue = 1; residue < n; residue++)
        {
            int gain = 0;
            foreach (int other in chosen)
            {
                int difference = (residue - other + n) % n;
                int reverse = (n - difference) % n;
                gain += !covered[difference] && seen[difference] != residue ? 1 : 0;
                seen[difference] = residue;
                gain += !covered[reverse] && seen[reverse] != residue ? 1 : 0;
                seen[reverse] = residue;
            }

            if (gain > best.Gain)
            {
                best = (residue, gain);
                ties = 1;
            }
            else if (gain == best.Gain && gain > 0 && random.Next(++ties) == 0)
            {
                best = (residue, gain);
            }
        }

        return best;
    }
}
