using MuSc.Scoring.Metrics;

namespace MuSc.Scoring.Tests.Metrics;

public sealed class PixelAccumulatorTests
{
    [Fact]
    public void Metrics_are_those_of_scikit_learn_and_the_brute_force_in_all_cases()
    {
        Assert.All(MetricCase.All, sample =>
        {
            sample.Make();
            PixelMetrics actual = Accumulate(sample, 0, sample.Maps.Length).Compute(0.3, 2, CancellationToken.None);

            Assert.Equal(sample.Pixels, sample.Maps.Sum(map => map.Length));
            MetricAssert.Near(MetricCase.Ranking(sample.Pixel), actual.Ranking, 1e-9, $"seed {sample.Seed}");
            MetricAssert.Near(sample.Pro, actual.Pro, 1e-6, $"seed {sample.Seed}, PRO");
            MetricAssert.Near(sample.ProAuthors, actual.ProAuthors, 1e-6, $"seed {sample.Seed}, authors' PRO");
        });
    }

    [Fact]
    public void Saturated_pro_is_that_of_the_brute_force_in_all_cases()
    {
        Assert.All(MetricCase.All, sample =>
        {
            sample.Make();
            PixelAccumulator accumulator = new(new MemoryRunStore());
            foreach ((float[] map, bool[] mask) in sample.Maps.Zip(sample.Masks))
            {
                accumulator.Add(map, PixelTruth.FromSaturatedRegions(map, Regions(mask, sample.Side)));
            }

            MetricAssert.Near(sample.Spro, accumulator.Compute(0.05, 1, CancellationToken.None).Pro, 1e-6, $"seed {sample.Seed}");
        });
    }

    [Fact]
    public void Maps_in_any_order_on_any_number_of_threads_give_the_same_bits()
    {
        foreach (MetricCase sample in MetricCase.All.Where(sample => sample.Make().Maps.Length > 2).Take(20))
        {
            int images = sample.Maps.Length;
            PixelMetrics whole = Accumulate(sample, 0, images).Compute(0.3, 1, CancellationToken.None);
            PixelAccumulator backwards = new(new MemoryRunStore());
            Parallel.For(1, images + 1, i => backwards.Add(sample.Maps[^i], PixelTruth.FromMask(sample.Masks[^i], sample.Side)));

            Assert.Equal(whole, backwards.Compute(0.3, 3, CancellationToken.None));
        }
    }

    [Fact]
    public void Scores_that_differ_in_the_last_bit_are_distinct_and_signed_zeros_are_equal()
    {
        PixelAccumulator accumulator = new(new MemoryRunStore());
        bool[] mask = [true, false, true, false];
        accumulator.Add([MathF.BitIncrement(0.5f), 0.5f, -0f, 0f], PixelTruth.FromMask(mask, 2));

        PixelMetrics metrics = accumulator.Compute(1, 1, CancellationToken.None);

        Assert.Equal(0.625, metrics.Ranking.Auroc);
    }

    [Fact]
    public void A_bin_with_more_pixels_than_a_chunk_is_counted_whole()
    {
        float[] map = [.. Enumerable.Range(0, 40_000).Select(i => 0.5f + (i * 1e-8f))];
        bool[] mask = [.. Enumerable.Range(0, 40_000).Select(i => i >= 20_000)];
        PixelAccumulator accumulator = new(new MemoryRunStore());
        accumulator.Add(map, PixelTruth.FromMask(mask, 200));
        float border = map[20_000];
        double tied = map.Count(score => score == border);
        double tiedNegatives = map.Take(20_000).Count(score => score == border);

        double expected = 1 - (tiedNegatives * (tied - tiedNegatives) / 2 / 20_000 / 20_000);

        Assert.Equal(expected, accumulator.Compute(0.3, 1, CancellationToken.None).Ranking.Auroc!.Value, 12);
    }

    [Fact]
    public void Nothing_added_is_not_available()
    {
        PixelMetrics metrics = new PixelAccumulator(new MemoryRunStore()).Compute(0.3, 1, CancellationToken.None);

        Assert.Equal(new PixelMetrics(RankingMetrics.NotAvailable, null, null), metrics);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Unusable_scores_are_refused(float score)
    {
        PixelAccumulator accumulator = new(new MemoryRunStore());

        Assert.Throws<ArgumentException>(() => accumulator.Add([0, score], PixelTruth.Normal(2)));
        Assert.Throws<ArgumentException>(() => accumulator.Add([0], PixelTruth.Normal(2)));
    }

    private static PixelAccumulator Accumulate(MetricCase sample, int first, int end)
    {
        PixelAccumulator accumulator = new(new MemoryRunStore());
        for (int i = first; i < end; i++)
        {
            accumulator.Add(sample.Maps[i], PixelTruth.FromMask(sample.Masks[i], sample.Side));
        }

        return accumulator;
    }

    private static List<SaturatedRegion> Regions(bool[] mask, int width)
    {
        ConnectedRegions regions = ConnectedRegions.Label(mask, width);
        return [.. regions.Areas.Select((area, r) => new SaturatedRegion(
            [.. Enumerable.Range(0, mask.Length).Where(pixel => regions.Labels[pixel] == r + 1)], 0.4 * area))];
    }
}
