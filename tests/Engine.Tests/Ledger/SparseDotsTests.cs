using MuSc.Engine.Ledger;

namespace MuSc.Engine.Tests.Ledger;

public sealed class SparseDotsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void What_was_packed_comes_back_by_bits(double kept)
    {
        Random random = new(1);
        foreach (int length in (int[])[1, 63, 64, 65, 1000])
        {
            float[] dots = new float[length];
            for (int index = 0; index < length; index++)
            {
                dots[index] = random.NextDouble() < kept ? random.NextSingle() - 0.5f : float.NegativeInfinity;
            }

            (byte[] present, byte[] values) = SparseDots.Pack(dots);
            Assert.Equal(dots, SparseDots.Unpack(present, values, length));
            Assert.True(present.Length + values.Length <= length * sizeof(float));
        }
    }

    [Fact]
    public void Only_what_is_there_is_sent()
    {
        float[] dots = new float[6400];
        Array.Fill(dots, float.NegativeInfinity);
        dots[77] = 0.25f;
        (byte[] present, byte[] values) = SparseDots.Pack(dots);
        Assert.Equal((800, 4), (present.Length, values.Length));
    }

    [Fact]
    public void Bits_and_values_that_do_not_belong_together_are_refused()
    {
        float[] dots = [.. Enumerable.Range(0, 100).Select(index => index < 50 ? index : float.NegativeInfinity)];
        (byte[] present, byte[] values) = SparseDots.Pack(dots);
        Assert.Throws<ArgumentException>(() => SparseDots.Unpack(present, values.AsSpan(4), 100));
        Assert.Throws<ArgumentException>(() => SparseDots.Unpack(present, [.. values, 0, 0, 0, 0], 100));
        Assert.Throws<ArgumentException>(() => SparseDots.Unpack(present, values, 40));
    }
}
