using MuSc.Contracts;

namespace MuSc.Scoring.Tests;

public sealed class IntervalAverageTests
{
    [Theory]
    [InlineData("0%,30%", Reduction.Mean, 1.5)]
    [InlineData("0%,30%", Reduction.Min, 1)]
    [InlineData("0%,30%", Reduction.Max, 2)]
    [InlineData("2,4", Reduction.Mean, 3.5)]
    [InlineData("2,4", Reduction.Min, 3)]
    [InlineData("all", Reduction.Mean, 4)]
    [InlineData("50,60", Reduction.Max, 7)]
    public void Reduce_keeps_the_interval_of_the_sorted_values(string range, Reduction reduction, double expected)
    {
        float[] values = [5, 3, 7, 1, 6, 2, 4];
        Assert.Equal(expected, IntervalAverage.Reduce(values, IntervalRange.Parse(range), reduction));
    }

    [Fact]
    public void Reduce_does_not_depend_on_the_order()
    {
        Random random = new(1);
        float[] values = [.. Enumerable.Range(0, 300).Select(_ => random.NextSingle())];
        double first = IntervalAverage.Reduce([.. values], IntervalRange.Default, Reduction.Mean);
        for (int round = 0; round < 10; round++)
        {
            random.Shuffle(values);
            Assert.Equal(first, IntervalAverage.Reduce([.. values], IntervalRange.Default, Reduction.Mean));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Few_values_give_a_finite_score(int scorers)
    {
        float[] values = [.. Enumerable.Range(1, scorers).Select(value => (float)value)];
        Assert.Equal(1, IntervalAverage.Reduce(values, IntervalRange.Default, Reduction.Mean));
    }

    [Fact]
    public void No_value_is_an_error() => Assert.Throws<ArgumentOutOfRangeException>(
        () => IntervalAverage.Reduce([], IntervalRange.Default, Reduction.Mean));
}
