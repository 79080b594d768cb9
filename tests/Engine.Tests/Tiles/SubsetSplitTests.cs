using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

public sealed class SubsetSplitTests
{
    [Theory]
    [InlineData(10, 1)]
    [InlineData(10, 3)]
    [InlineData(7, 7)]
    public void Every_image_is_in_one_part_and_sizes_differ_by_one_at_most(int images, int subsets)
    {
        IReadOnlyList<int[]> parts = SubsetSplit.Split(images, subsets, seed: 4);
        Assert.Equal(subsets, parts.Count);
        Assert.Equal(Enumerable.Range(0, images), parts.SelectMany(part => part).Order());
        Assert.InRange(parts.Max(part => part.Length) - parts.Min(part => part.Length), 0, 1);
        Assert.All(parts, part => Assert.Equal(part.Order(), part));
    }

    [Fact]
    public void The_split_is_fixed_by_its_seed()
    {
        Assert.Equal([[1, 2, 4, 5, 9], [0, 3, 6, 7, 8]], SubsetSplit.Split(10, 2, 0));
        Assert.NotEqual(SubsetSplit.Split(10, 2, 0)[0], SubsetSplit.Split(10, 2, 1)[0]);
    }
}
