using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.Tests.NearestPatch;

public sealed class SimdNearestPatchKernelTests
{
    public static TheoryData<VectorWidth> Widths => [.. Enum.GetValues<VectorWidth>()];

    [Theory]
    [MemberData(nameof(Widths))]
    public void MaxDots_equal_the_plain_loop_to_the_bit_around_the_blocking(VectorWidth width)
    {
        int[] sizes = [1, 2, 4, 5, 7, 8, 9, 12, 13, 16, 17, 24, 25, 31, 32, 33, 47, 48, 49, 97];
        foreach (int rowPatches in sizes)
        {
            foreach (int columnPatches in sizes)
            {
                AssertSameBits(width, rowPatches, columnPatches, 5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void MaxDots_equal_the_plain_loop_to_the_bit_for_any_number_of_channels(VectorWidth width)
    {
        foreach (int channels in (int[])[1, 2, 3, 15, 16, 17, 63, 127, 128, 129, 192, 255, 256, 257, 384, 1024])
        {
            AssertSameBits(width, 53, 50, channels);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Negative_dots_are_not_hidden_by_padding(VectorWidth width)
    {
        float[] rows = [0.6f, 0.8f, 1f, 0f];
        float[] columns = [-0.6f, -0.8f, -1f, 0f, -0.8f, -0.6f];
        (float[] rowMaxima, float[] columnMaxima) = new SimdNearestPatchKernel(2, width).Compute(rows, columns);
        (float[] expectedRows, float[] expectedColumns) = PlainLoop.MaxDots(rows, columns, 2);
        Assert.Equal(expectedRows, rowMaxima);
        Assert.Equal(expectedColumns, columnMaxima);
        Assert.All(rowMaxima, dot => Assert.True(dot < 0));
    }

    [Fact]
    public void Swapping_the_images_swaps_the_maxima()
    {
        SimdNearestPatchKernel kernel = new(40);
        float[] first = RandomTokens.Unit(61, 40, 1);
        float[] second = RandomTokens.Unit(50, 40, 2);
        (float[] rows, float[] columns) = kernel.Compute(first, second);
        (float[] swappedRows, float[] swappedColumns) = kernel.Compute(second, first);
        Assert.Equal(rows, swappedColumns);
        Assert.Equal(columns, swappedRows);
    }

    private static void AssertSameBits(VectorWidth width, int rowPatches, int columnPatches, int channels)
    {
        float[] rows = RandomTokens.Unit(rowPatches, channels, rowPatches + channels);
        float[] columns = RandomTokens.Unit(columnPatches, channels, columnPatches - channels);
        (float[] rowMaxima, float[] columnMaxima) = new SimdNearestPatchKernel(channels, width).Compute(rows, columns);
        (float[] expectedRows, float[] expectedColumns) = PlainLoop.MaxDots(rows, columns, channels);
        Assert.Equal(expectedRows, rowMaxima);
        Assert.Equal(expectedColumns, columnMaxima);
    }
}
