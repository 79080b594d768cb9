using MuSc.Contracts;
using MuSc.Engine.Plan;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Tests.Plan;

public sealed class ScoringTimesTests
{
    private static readonly FeatureShape Shape = new([new(8, 64), new(8, 64)], 0);

    [Fact]
    public void A_plan_takes_its_pairs_and_its_packings()
    {
        ScoringJobSpec spec = new() { Threads = 4, Degrees = [1], Output = new() { Folder = "out" } };
        JobPlan plan = JobPlan.Of(spec, 10, 0, Shape, 1 << 30);
        ScoringTimes times = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
        Assert.Equal((90, 20), (plan.Pairs, plan.Packings));
        Assert.Equal(TimeSpan.FromSeconds((90 * 2) + 20) / 4, times.Of(plan, 4));
    }

    [Theory]
    [InlineData(8, 64, 64)]
    [InlineData(37, 1024, 1)]
    public void The_probe_works_out_what_takes_a_moment(int grid, int channels, int scorers)
    {
        ScoringSample sample = new(new(grid, channels));
        Assert.Equal(scorers, sample.Scorers);
        sample.Pack();
        sample.Score();
    }
}
