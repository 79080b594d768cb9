using MuSc.Evaluation.DataSets;
using MuSc.Engine.Mutual;

namespace MuSc.Evaluation;

/// <summary>Splits a category into subsets that are scored apart (docs/method.md, Variants).</summary>
internal static class CategorySplit
{
    /// <summary>The subsets; each lists its images.</summary>
    public static IReadOnlyList<int[]> Of(DataSetCategory category, int subsets, SplitRule rule, int seed) => rule == SplitRule.Seed
        ? SubsetSplit.Split(category.Test.Count, subsets, seed)
        : Authors(category, subsets, seed);

    /// <summary>
    /// Each kind's images, in the order of their files, are shuffled and dealt out in turn; every subset is made from the seed anew,
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
