using MuSc.Features.Import.Checkpoints;

namespace MuSc.Features.Tests.Import;

public sealed class WeightTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void A_transposed_weight_reads_the_same_in_any_pieces(int rows)
    {
        float[] values = [.. Enumerable.Range(0, 130 * 7).Select(i => (float)i)];
        TransposedWeight transposed = new(new ArrayWeight(values, 130, 7));
        Assert.Equal([7L, 130L], transposed.Shape);
        for (int first = 0; first < 7; first += rows)
        {
            int count = Math.Min(rows, 7 - first);
            float[] piece = new float[count * 130];
            transposed.ReadRows(first, count, piece);
            Assert.All(Enumerable.Range(0, piece.Length), i => Assert.Equal(values[(i % 130 * 7) + first + (i / 130)], piece[i]));
        }
    }

    [Fact]
    public void A_concatenated_weight_reads_across_its_parts()
    {
        ConcatenatedWeight joined = new(new ArrayWeight([0, 1], 1, 2), new ArrayWeight([2, 3, 4, 5], 2, 2), new ArrayWeight([6, 7], 1, 2));
        Assert.Equal([4L, 2L], joined.Shape);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], joined.ToArray());
        float[] middle = new float[4];
        joined.ReadRows(2, 2, middle);
        Assert.Equal([4, 5, 6, 7], middle);
    }
}
