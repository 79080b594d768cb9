namespace MuSc.Scoring.Tests;

public sealed class AnomalyMapTests
{
    [Fact]
    public void Upsample_keeps_corner_patches_and_interpolates_between()
    {
        float[] map = new float[9];
        AnomalyMap.Upsample([0, 2, 4, 8], 2, 3, map);
        Assert.Equal([0, 1, 2, 2, 3.5f, 5, 4, 6, 8], map);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 1)]
    [InlineData(5, 5)]
    [InlineData(6, 4)]
    public void The_image_score_is_the_largest_value_of_the_map(int grid, int size)
    {
        Random random = new(grid + size);
        double[] scores = [.. Enumerable.Range(0, grid * grid).Select(_ => random.NextDouble())];
        float[] map = new float[size * size];
        AnomalyMap.Upsample(scores, grid, size, map);
        Assert.Equal(map.Max(), (float)ImageScore.Max(scores, grid, size));
    }

    [Fact]
    public void A_map_of_another_size_is_an_error() => Assert.Throws<ArgumentOutOfRangeException>(
        () => AnomalyMap.Upsample(new double[4], 2, 3, new float[8]));
}
