namespace MuSc.Engine.Tiles;

/// <summary>
/// A set D of residues modulo n whose differences reach every residue. If worker w holds the block groups w + d, d in D,
/// every pair of groups meets at some worker, with about √n groups each instead of all n (Luk and Wong, "Two new
/// quorum based algorithms for distributed mutual exclusion", 1997).
/// </summary>
public sealed class CyclicQuorum
{
    private const int Restarts = 64;

    private readonly (int A, int B)[] _pairs;

    private CyclicQuorum(int workers, int[] residues)
    {
        Workers = workers;
        Residues = residues;
        _pairs = new (int, int)[(workers / 2) + 1];
        for (int difference = 0; difference < _pairs.Length; difference++)
        {
            _pairs[difference] = Represent(difference);
        }
    }

    /// <summary>Workers n, which is also the number of block groups.</summary>
    public int Workers { get; }

    /// <summary>D, ascending, 0 among them.</summary>
    public IReadOnlyList<int> Residues { get; }

    /// <summary>Finds a small set for n workers; the same one for the same n.</summary>
    public static CyclicQuorum For(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        int[]? best = null;
        Random random = new(workers);
        for (int restart = 0; restart < Restarts; restart++)
        {
            int[] found = Greedy(workers, random);
            if (best is null || found.Length < best.Length)
            {
                best = found;
            }
        }

        Array.Sort(best!);
        return new(workers, best!);
    }

    /// <summary>
    /// The pairs of groups that a worker computes, own group first. Together all workers have every pair once; where n is
    /// even, the pairs half a turn apart are had by two workers, distinguished by <c>Half</c> 0 and 1.
    /// </summary>
    public IEnumerable<(int One, int Other, int? Half)> Share(int worker)
    {
        yield return (worker, worker, null);
        for (int difference = 1; difference < _pairs.Length; difference++)
        {
            (int a, int b) = _pairs[difference];
            int one = (worker + a) % Workers;
            int other = (worker + b) % Workers;
            int? half = 2 * difference == Workers ? (one < other ? 0 : 1) : null;
            yield return (one, other, half);
        }
    }

    // A pair with residue 0 is preferred: the worker owns that group, so half of the minima stay where they are.
    private (int A, int B) Represent(int difference)
    {
        (int A, int B)? found = null;
        foreach (int a in Residues)
        {
            foreach (int b in Residues)
            {
                if ((a - b + Workers) % Workers == difference && (found is null || a == 0 || b == 0))
                {
                    found = (a, b);
                }
            }
        }

        return found!.Value;
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
