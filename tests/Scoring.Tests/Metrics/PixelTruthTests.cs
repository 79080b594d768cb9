using MuSc.Scoring.Metrics;

namespace MuSc.Scoring.Tests.Metrics;

public sealed class PixelTruthTests
{
    [Fact]
    public void A_saturated_region_needs_no_more_pixels()
    {
        // Two of four pixels suffice, and the two best are found before any false alarm.
        float[] map = [0.9f, 0.8f, 0.1f, 0.2f, 0.5f, 0.4f];
        PixelAccumulator accumulator = new(new MemoryRunStore());
        accumulator.Add(map, PixelTruth.FromSaturatedRegions(map, [new SaturatedRegion([0, 1, 2, 3], 2)]));

        Assert.Equal(1.0, accumulator.Compute(0.05, 1, CancellationToken.None).Pro!.Value, 12);
    }

    [Fact]
    public void Overlapping_regions_count_apart()
    {
        float[] map = [0.9f, 0.8f, 0.7f, 0.1f];
        PixelAccumulator accumulator = new(new MemoryRunStore());
        accumulator.Add(map, PixelTruth.FromSaturatedRegions(map, [new SaturatedRegion([0, 1], 2), new SaturatedRegion([1, 3], 2)]));

        // Before the only normal pixel (0.7): all of the first region, half of the second.
        Assert.Equal(0.75, accumulator.Compute(1, 1, CancellationToken.None).Pro!.Value, 12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(double.NaN)]
    public void Impossible_saturations_are_refused(double saturation)
    {
        Assert.Throws<ArgumentException>(() => PixelTruth.FromSaturatedRegions([0, 0, 0], [new SaturatedRegion([0, 1], saturation)]));
    }
}
