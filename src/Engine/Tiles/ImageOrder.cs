namespace MuSc.Engine.Tiles;

/// <summary>Consecutive images of a job: the unit of ownership and of movement.</summary>
/// <param name="First">Position of the first image in the job's order.</param>
/// <param name="Count">Images, at least 1.</param>
/// <param name="Subset">The subset that is scored apart from the others; references belong to all.</param>
/// <param name="Reference">Whether the images only score and are not scored.</param>
/// <param name="Known">Whether what such blocks give one another is known from an earlier job.</param>
public readonly record struct ImageBlock(int First, int Count, int Subset = 0, bool Reference = false, bool Known = false)
{
    /// <summary>Position after the last image.</summary>
    public int End => First + Count;

    /// <summary>Cuts <paramref name="images"/> images into blocks of at most <paramref name="size"/>.</summary>
    /// <param name="first">Position of the first image.</param>
    /// <param name="images">Images in all.</param>
    /// <param name="size">Images in a block, at least 1.</param>
    /// <param name="subset">The subset they belong to.</param>
    /// <param name="reference">Whether they are references.</param>
    /// <param name="known">Whether what they give one another is known.</param>
    public static IEnumerable<ImageBlock> Cut(int first, int images, int size, int subset = 0, bool reference = false, bool known = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        for (int done = 0; done < images; done += Math.Min(size, images - done))
        {
            yield return new(first + done, Math.Min(size, images - done), subset, reference, known);
        }
    }
}

/// <summary>
/// A job's images in the order in which they are worked on: those first that know one another, subset by subset or around the ring, references
/// last, cut into blocks.
/// </summary>
/// <param name="Images">For each position its image: its row among the scored images, or behind them a reference.</param>
/// <param name="Blocks">The blocks over the positions.</param>
public sealed record ImageOrder(IReadOnlyList<int> Images, IReadOnlyList<ImageBlock> Blocks)
{
    /// <summary>Lays images out.</summary>
    /// <param name="scored">Scored images N.</param>
    /// <param name="references">References K, whose indices follow.</param>
    /// <param name="subsets">Parts of the set that are scored apart.</param>
    /// <param name="seed">Seed of the split.</param>
    /// <param name="blockImages">Images of a block at most.</param>
    /// <param name="mode">Who scores.</param>
    /// <param name="known">Scored images, ascending, that know one another from an earlier job; only without subsets.</param>
    /// <param name="ring">Which images score each other; null where all do. Only without subsets.</param>
    /// <exception cref="JobException">An image would have no scorer.</exception>
    public static ImageOrder Of(int scored, int references, int subsets, int seed, int blockImages, ScoringMode mode, IReadOnlyList<int>? known = null, ScorerRing? ring = null)
    {
        int[] first = [.. known ?? []];
        List<int> images = [];
        List<ImageBlock> blocks = [];
        foreach ((int subset, int[] members) in SubsetSplit.Split(scored, subsets, seed).Index())
        {
            if (members.Length == 0 || references + (mode == ScoringMode.Mutual ? members.Length - 1 : 0) < 1)
            {
                throw new JobException(JobErrorKind.Input, NoScorer(members.Length, subsets, mode));
            }

            if (ring is not null)
            {
                blocks.AddRange(Enumerable.Range(0, ring.Groups).SelectMany(group =>
                    ImageBlock.Cut(ring.Start(group, scored), ring.Start(group + 1, scored) - ring.Start(group, scored), blockImages)));
                images.AddRange(SubsetSplit.Shuffle(scored, seed));
                continue;
            }

            blocks.AddRange(ImageBlock.Cut(0, first.Length, blockImages, known: true));
            blocks.AddRange(ImageBlock.Cut(images.Count + first.Length, members.Length - first.Length, blockImages, subset));
            images.AddRange([.. first, .. members.Except(first)]);
        }

        blocks.AddRange(ImageBlock.Cut(scored, references, blockImages, reference: true));
        images.AddRange(Enumerable.Range(scored, references));
        return new(images, blocks);
    }

    private static string NoScorer(int images, int subsets, ScoringMode mode) => mode == ScoringMode.References
        ? "References alone shall score, but there are none."
        : subsets > 1
            ? $"There are too few images for {subsets} subsets: one of them has {images}, which nothing would score."
            : images == 0
                ? "There is no image to score."
                : "There is one image and no reference: nothing scores it. Give more images, or references known to be normal.";
}

/// <summary>
/// Splits a set into parts that are scored apart (docs/method.md, Variants; paper, Table 7). The images are shuffled (Fisher–Yates from the
/// last one down, each index drawn as the high half of a SplitMix64 number times the number of choices) and dealt into
/// consecutive parts whose sizes differ by one at most, the larger first. The same seed gives the same split everywhere.
/// </summary>
public static class SubsetSplit
{
    /// <summary>The parts; each lists its images in ascending order.</summary>
    /// <param name="images">Images in all.</param>
    /// <param name="subsets">Parts, at least 1; one part is the set as it is.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    public static IReadOnlyList<int[]> Split(int images, int subsets, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(subsets, 1);
        int[] order = Shuffle(images, seed);
        return [.. Enumerable.Range(0, subsets).Select(part => order[Start(part)..Start(part + 1)].Order().ToArray())];

        int Start(int part) => (part * (images / subsets)) + Math.Min(part, images % subsets);
    }

    /// <summary>The numbers 0 … <paramref name="images"/>−1, shuffled.</summary>
    public static int[] Shuffle(int images, int seed)
    {
        int[] order = [.. Enumerable.Range(0, images)];
        ulong state = unchecked((ulong)seed);
        for (int last = images - 1; last > 0; last--)
        {
            int other = (int)Math.BigMul(Next(ref state), (ulong)(last + 1), out _);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order;
    }

    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
