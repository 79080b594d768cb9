using MuSc.Scoring.Metrics;

namespace MuSc.Scoring.Tests.Metrics;

public sealed class ImageMetricsTests
{
    [Fact]
    public void Metrics_are_scikit_learns_in_all_cases()
    {
        Assert.Equal(200, MetricCase.All.Count);
        Assert.All(MetricCase.All, sample =>
        {
            sample.Make();
            RankingMetrics actual = ImageMetrics.Compute([.. sample.Maps.Select(map => (double)map.Max())], sample.Labels);
            MetricAssert.Near(MetricCase.Ranking(sample.Image), actual, 1e-9, $"seed {sample.Seed}");
        });
    }

    [Fact]
    public void Ties_take_the_middle_rank()
    {
        RankingMetrics metrics = ImageMetrics.Compute([1, 1, 1, 1], [true, false, false, true]);

        Assert.Equal(new RankingMetrics(0.5, 0.5, 2.0 / 3), metrics);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_class_alone_is_not_available(bool label)
    {
        Assert.Equal(RankingMetrics.NotAvailable, ImageMetrics.Compute([1, 2], [label, label]));
        Assert.Equal(RankingMetrics.NotAvailable, ImageMetrics.Compute([], []));
    }

    [Fact]
    public void Unusable_scores_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ImageMetrics.Compute([1, double.NaN], [true, false]));
        Assert.Throws<ArgumentException>(() => ImageMetrics.Compute([1], [true, false]));
    }
}
