using MuSc.Engine.Report;

namespace MuSc.Engine.Tests.Report;

public sealed class ScoreHistogramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(77)]
    [InlineData(5000)]
    public void Every_score_is_counted_once(int scores)
    {
        Random random = new(scores);
        ScoreHistogram histogram = ScoreHistogram.Of([.. Enumerable.Range(0, scores).Select(_ => random.NextDouble())]);
        Assert.Equal(scores, histogram.Counts.Sum());
        Assert.InRange(histogram.Counts.Count, 12, 60);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.26, 0.62)]
    [InlineData(0.3001, 0.3004)]
    [InlineData(0, 1e-6)]
    public void Ticks_are_few_and_end_where_the_axis_ends(double low, double high)
    {
        ScoreHistogram histogram = ScoreHistogram.Of([low, high]);
        Assert.InRange(histogram.Ticks.Count, 5, 12);
        Assert.Equal((histogram.Low, histogram.High), (histogram.Ticks[0], histogram.Ticks[^1]));
        Assert.True(histogram.Low <= low && histogram.High >= high - 1e-12);
        Assert.All(histogram.Ticks, tick => Assert.InRange(histogram.Position(tick), -1e-6, 1 + 1e-6));
    }

    [Fact]
    public void Equal_scores_give_an_axis_around_them()
    {
        ScoreHistogram histogram = ScoreHistogram.Of([0.4, 0.4, 0.4]);
        Assert.Equal(0.5, histogram.Position(0.4), 9);
        Assert.Equal(3, histogram.Counts.Max());
    }

    [Fact]
    public void No_score_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => ScoreHistogram.Of([]));
}
