namespace MuSc.Engine.Tiles;

/// <summary>
/// Which images score each other where each is scored by S others instead of all (docs/scale.md): the images, shuffled by the seed, lie in a
/// ring, in groups of g; each group is scored by the c groups before it and the c behind it, S = 2 · c · g. So every image has a random
/// sample of the set, every pair is used in both directions, and a pass meets only what lies near: work, memory and traffic grow with N.
/// It depends on N, S and the seed alone.
/// </summary>
/// <param name="Groups">Groups.</param>
/// <param name="Reach">How many groups to either side score a group, c.</param>
public sealed record ScorerRing(int Groups, int Reach)
{
    // Larger groups have fewer tiles; a tile of two holds at most this number squared.
    private const int LargestGroup = 16;

    /// <summary>The ring of a set.</summary>
    /// <param name="images">Scored images N.</param>
    /// <param name="scorers">Scorers of each, S, even and at least 2; or null for all.</param>
    /// <returns>Null where all score each other: also where there are no more than S others.</returns>
    public static ScorerRing? Of(int images, int? scorers)
    {
        if (scorers is not { } count || count >= images - 1)
        {
            return null;
        }

        int half = count / 2;
        int group = Enumerable.Range(1, Math.Min(LargestGroup, half)).Last(size => half % size == 0);
        ScorerRing ring = new((images + group - 1) / group, half / group);
        return ring.Groups > 2 * ring.Reach ? ring : null;
    }

    /// <summary>Whether two groups score one another.</summary>
    public bool Meets(int one, int other)
    {
        int apart = Math.Abs(one - other);
        return apart > 0 && Math.Min(apart, Groups - apart) <= Reach;
    }

    /// <summary>The groups that score a group, ascending.</summary>
    public IEnumerable<int> Partners(int group) => Enumerable.Range(group - Reach, (2 * Reach) + 1)
        .Where(other => other != group)
        .Select(other => (other + Groups) % Groups)
        .Order();

    /// <summary>The group of a position in the ring.</summary>
    /// <param name="position">The position.</param>
    /// <param name="images">Scored images N.</param>
    public int GroupOf(int position, int images)
    {
        (int size, int larger) = (images / Groups, images % Groups);
        int start = larger * (size + 1);
        return position < start ? position / (size + 1) : larger + ((position - start) / size);
    }

    /// <summary>Where a group begins in the ring; groups differ in size by one image at most, the larger first.</summary>
    /// <param name="group">The group; <see cref="Groups"/> for the end.</param>
    /// <param name="images">Scored images N.</param>
    public int Start(int group, int images) => (group * (images / Groups)) + Math.Min(group, images % Groups);
}
