using MuSc.Engine.Tiles;
using MuSc.Evaluation.DataSets;

namespace MuSc.Evaluation;

/// <summary>Splits a category into subsets that are scored apart (docs/method.md, Variants).</summary>
internal static class CategorySplit
{
    /// <summary>The subsets; each lists its images.</summary>
    public static IReadOnlyList<int[]> Of(DataSetCategory category, int subsets, SplitRule rule, int seed) => rule == SplitRule.Seed
        ? SubsetSplit.Split(category.Test.Count, subsets, seed)
        : Authors(category, subsets, seed);

    /// <summary>
    /// Each kind's images, in the order of their files, are shuffled and dealt out in turn; every subset starts from the seed,
    /// so the shuffles are the same (the authors' data loaders).
    /// </summary>
    private static int[][] Authors(DataSetCategory category, int subsets, int seed)
    {
        PythonRandom random = new(seed);
        List<int>[] parts = [.. Enumerable.Range(0, subsets).Select(_ => new List<int>())];
        foreach (IGrouping<string, int> kind in Enumerable.Range(0, category.Test.Count).GroupBy(image => category.Test[image].Kind))
        {
            List<int> images = [.. kind];
            if (subsets > 1)
            {
                random.Shuffle(images);
            }

            for (int place = 0; place < images.Count; place++)
            {
                parts[place % subsets].Add(images[place]);
            }
        }

        return [.. parts.Where(part => part.Count > 0).Select(part => part.ToArray())];
    }
}

/// <summary>Draws references from a category's normal training images (docs/method.md, Variants; paper, A.6.1).</summary>
internal static class ReferenceDraw
{
    /// <summary>Draws without replacement; fewer references are the first of more, so that shots of one seed are nested.</summary>
    /// <param name="train">The training images.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="category">Named where there are too few.</param>
    /// <exception cref="JobException">There are fewer training images.</exception>
    public static IReadOnlyList<ImageFile> Draw(IReadOnlyList<ImageFile> train, int count, int seed, string category) => count <= train.Count
        ? [.. SubsetSplit.Shuffle(train.Count, seed).Take(count).Select(image => train[image])]
        : throw new JobException(
            JobErrorKind.Input, $"{category}: {count} references are asked for, but there are only {train.Count} normal training images.");
}

/// <summary>
/// Python's <c>random</c> after <c>random.seed(n)</c>: the Mersenne twister MT19937 (Matsumoto and Nishimura 1998), as far as
/// <c>random.shuffle</c> needs it. Only the authors' split into subsets is made with it.
/// </summary>
internal sealed class PythonRandom
{
    private const int Length = 624;
    private const int Offset = 397;
    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    /// <param name="seed">At least 0.</param>
    public PythonRandom(int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        Initialize(19650218);
        int at = 1;
        for (int count = 0; count < Length; count++)
        {
            _state[at] = (_state[at] ^ (Mixed(at - 1) * 1664525)) + (uint)seed;
            at = Advance(at);
        }

        for (int count = 0; count < Length - 1; count++)
        {
            _state[at] = (_state[at] ^ (Mixed(at - 1) * 1566083941)) - (uint)at;
            at = Advance(at);
        }

        _state[0] = 0x80000000;
    }

    /// <summary><c>random.shuffle</c>.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (int last = items.Count - 1; last > 0; last--)
        {
            int other = Below(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private int Below(int bound)
    {
        int bits = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)bound);
        uint drawn;
        do
        {
            drawn = Next() >> (32 - bits);
        }
        while (drawn >= bound);
        return (int)drawn;
    }

    private uint Next()
    {
        if (_next == Length)
        {
            Refill();
        }

        uint word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9D2C5680;
        word ^= (word << 15) & 0xEFC60000;
        return word ^ (word >> 18);
    }

    private void Refill()
    {
        for (int at = 0; at < Length; at++)
        {
            uint joined = (_state[at] & 0x80000000) | (_state[(at + 1) % Length] & 0x7FFFFFFF);
            _state[at] = _state[(at + Offset) % Length] ^ (joined >> 1) ^ ((joined & 1) != 0 ? 0x9908B0DF : 0);
        }

        _next = 0;
    }

    private void Initialize(uint seed)
    {
        _state[0] = seed;
        for (int at = 1; at < Length; at++)
        {
            _state[at] = (Mixed(at - 1) * 1812433253) + (uint)at;
        }
    }

    private uint Mixed(int at) => _state[at] ^ (_state[at] >> 30);

    private int Advance(int at)
    {
        if (at + 1 < Length)
        {
            return at + 1;
        }

        _state[0] = _state[Length - 1];
        return 1;
    }
}
