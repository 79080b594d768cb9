using MuSc.Contracts;

namespace MuSc.Scoring.Tests;

public sealed class IntervalRangeTests
{
    [Theory]
    [InlineData("0%,30%", 76, 0, 22)]
    [InlineData("0,0.3", 76, 0, 22)]
    [InlineData("30%,0%", 76, 0, 22)]
    [InlineData("0%,30%", 3, 0, 1)]
    [InlineData("0%,30%", 1, 0, 1)]
    [InlineData("2,5", 10, 2, 5)]
    [InlineData("20,30", 10, 9, 10)]
    [InlineData("all", 10, 0, 10)]
    public void Positions_keep_at_least_one_value(string text, int scorers, int first, int end)
    {
        Assert.Equal((first, end), IntervalRange.Parse(text).Positions(scorers));
    }

    [Theory]
    [InlineData("")]
    [InlineData("30%")]
    [InlineData("-1,2")]
    [InlineData("0%,130%")]
    [InlineData("1.5,3")]
    [InlineData("NaN,1")]
    public void Parse_reports_what_is_wrong(string text)
    {
        Assert.Throws<FormatException>(() => IntervalRange.Parse(text));
    }

    [Theory]
    [InlineData("0%,30%")]
    [InlineData("2,5")]
    [InlineData("all")]
    public void Text_round_trips(string text)
    {
        Assert.Equal(text, IntervalRange.Parse(text).ToString());
    }
}
