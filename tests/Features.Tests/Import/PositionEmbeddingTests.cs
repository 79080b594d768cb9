using MuSc.Features.Import;
using MuSc.Features.Import.Networks;

namespace MuSc.Features.Tests.Import;

public sealed class PositionEmbeddingTests
{
    [Theory]
    [InlineData(PositionResize.Size)]
    [InlineData(PositionResize.Scale)]
    public void The_own_grid_stays_as_it_is(PositionResize rule)
    {
        float[] source = [.. Enumerable.Range(0, 5 * 5 * 2).Select(i => i * i % 17f)];
        Assert.Equal(source, PositionEmbedding.Resize(source, 5, 2, 5, rule));
    }

    [Theory]
    [InlineData(PositionResize.Size, 4, 11, 4.0 / 11)]
    [InlineData(PositionResize.Scale, 4, 11, 4 / 11.1)]
    [InlineData(PositionResize.Size, 9, 5, 9.0 / 5)]
    [InlineData(PositionResize.Scale, 9, 5, 9 / 5.1)]
    public void Values_equal_a_direct_evaluation(PositionResize rule, int grid, int newGrid, double step)
    {
        Random random = new(3);
        float[] source = [.. Enumerable.Range(0, grid * grid * 2).Select(_ => (float)random.NextDouble())];
        float[] resized = PositionEmbedding.Resize(source, grid, 2, newGrid, rule);
        for (int i = 0; i < resized.Length; i++)
        {
            double row = ((i / 2 / newGrid) + 0.5) * step - 0.5;
            double column = ((i / 2 % newGrid) + 0.5) * step - 0.5;
            double sum = 0;
            for (int down = -20; down < 20; down++)
            {
                for (int right = -20; right < 20; right++)
                {
                    int patch = (Math.Clamp(down, 0, grid - 1) * grid) + Math.Clamp(right, 0, grid - 1);
                    sum += Cubic(row - down) * Cubic(column - right) * source[(patch * 2) + (i % 2)];
                }
            }

            Assert.Equal(sum, resized[i], 1e-5);
        }
    }

    [Fact]
    public void Values_beyond_the_border_repeat_the_outermost()
    {
        float[] resized = PositionEmbedding.Resize([1, 1, 1, 1], 2, 1, 5, PositionResize.Size);
        Assert.All(resized, value => Assert.Equal(1, value, 1e-6));
    }

    // Keys' cubic convolution with a = −0.75, as in its paper.
    private static double Cubic(double x) => Math.Abs(x) switch
    {
        <= 1 => (1.25 * Math.Pow(Math.Abs(x), 3)) - (2.25 * x * x) + 1,
        < 2 => -0.75 * (Math.Pow(Math.Abs(x), 3) - (5 * x * x) + (8 * Math.Abs(x)) - 4),
        _ => 0,
    };
}
