namespace MuSc.Scoring.Tests;

public sealed class RadixSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(95)]
    [InlineData(96)]
    [InlineData(1500)]
    public void Values_come_out_in_ascending_order(int length)
    {
        Random random = new(5);
        float[] values = [.. Enumerable.Range(0, length).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))];
        float[] extremes = [float.NegativeInfinity, float.MinValue, -1, -float.Epsilon, 0, float.Epsilon, 1, float.MaxValue, float.PositiveInfinity];
        values = [.. values.Where(value => !float.IsNaN(value)), .. extremes];
        float[] expected = [.. values.Order()];
        RadixSort.Sort(values);
        Assert.Equal(expected, values);
    }

    [Fact]
    public void Equal_values_stay_as_many()
    {
        float[] values = [.. Enumerable.Range(0, 300).Select(at => at % 7 / 7f)];
        float[] expected = [.. values.Order()];
        RadixSort.Sort(values);
        Assert.Equal(expected, values);
    }
}
