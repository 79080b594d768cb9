using MuSc.Contracts;
using MuSc.Evaluation.DataSets;

namespace MuSc.Evaluation.Tests;

public sealed class CategorySplitTests
{
    [Theory]
    [InlineData(SplitRule.Seed)]
    [InlineData(SplitRule.Authors)]
    public void Every_image_is_in_one_subset(SplitRule rule)
    {
        IReadOnlyList<int[]> parts = CategorySplit.Of(Category(7, 5), 3, rule, 42);

        Assert.Equal(3, parts.Count);
        Assert.Equal(Enumerable.Range(0, 12), parts.SelectMany(part => part).Order());
    }

    [Fact]
    public void The_authors_deal_out_each_kind()
    {
        // python3: random.seed(42); a = list(range(6)); random.shuffle(a) gives 3, 1, 2, 4, 0, 5; then b = list(range(6, 10)) gives 9, 8, 6, 7.
        IReadOnlyList<int[]> parts = CategorySplit.Of(Category(6, 4), 2, SplitRule.Authors, 42);

        Assert.Equal([3, 2, 0, 9, 6], parts[0]);
        Assert.Equal([1, 4, 5, 8, 7], parts[1]);
    }

    [Theory]
    [InlineData(SplitRule.Seed)]
    [InlineData(SplitRule.Authors)]
    public void One_subset_is_the_set(SplitRule rule)
    {
        Assert.Equal([.. Enumerable.Range(0, 5)], Assert.Single(CategorySplit.Of(Category(3, 2), 1, rule, 7)));
    }

    private static DataSetCategory Category(params int[] counts) => new(
        "nut",
        [.. counts.SelectMany((count, kind) => Enumerable.Range(0, count).Select(i => new DataSetImage(new ImageFile($"{kind}/{i}", ""), kind > 0, $"{kind}", [])))],
        [],
        null);
}
