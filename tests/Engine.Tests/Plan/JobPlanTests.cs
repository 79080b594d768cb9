using MuSc.Contracts;
using MuSc.Engine.Tiles;
using MuSc.Engine.Plan;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Tests.Plan;

public sealed class JobPlanTests
{
    private static readonly FeatureShape ViTLarge = new([.. Enumerable.Repeat(new StageShape(37, 1024), 4)], 768);
    private static readonly FeatureShape Small = new([.. Enumerable.Repeat(new StageShape(8, 64), 2)], 0);

    [Fact]
    public void Work_is_that_of_the_paper()
    {
        JobPlan plan = JobPlan.Of(Spec(), 200, 0, ViTLarge, 100L << 30);
        Assert.Equal(12, plan.Maps);
        Assert.Equal(12L * 199 * 100, plan.Pairs);
        Assert.Equal(12L * 200, plan.Packings);
        Assert.Equal(0.92e15, plan.Flop, 0.01e15);
        Assert.Equal(1, plan.Strips);
        Assert.Equal(200L * ((4 * 1369 * 1024) + 768) * 4, plan.FeatureBytes);
        Assert.Equal(12L * 200 * 1369 * 1024 * 4, plan.ReadBytes);
    }

    [Theory]
    [InlineData(5000, 1L << 33, 1)]
    [InlineData(5000, 400L << 20, 9)]
    [InlineData(5000, 100L << 20, 60)]
    public void Less_memory_means_more_strips_and_at_most_twice_the_work(int images, long budget, int mostStrips)
    {
        JobPlan plan = JobPlan.Of(Spec() with { Degrees = [1, 3] }, images, 0, Small, budget);
        Assert.InRange(plan.Memory.Total, 1, budget);
        Assert.InRange(plan.Strips, 1, mostStrips);
        Assert.InRange(plan.Pairs, 4L * images * (images - 1) / 2, 4L * images * (images - 1));
    }

    [Fact]
    public void More_memory_is_never_more_work()
    {
        long last = long.MaxValue;
        for (long budget = 16L << 20; budget < 8L << 30; budget *= 2)
        {
            JobPlan plan = JobPlan.Of(Spec(), 1000, 0, Small, budget);
            Assert.InRange(plan.Pairs, 1, last);
            last = plan.Pairs;
        }
    }

    [Fact]
    public void Too_little_memory_is_a_resource_error_that_says_what_would_do()
    {
        JobException error = Assert.Throws<JobException>(() => JobPlan.Of(Spec(), 1000, 0, ViTLarge, 50 << 20));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
        Assert.Matches(@"needs at least \d+ MiB .* but 50 MiB .* --memory", error.Message);
    }

    [Fact]
    public void The_buffers_are_those_that_scoring_takes()
    {
        JobPlan plan = JobPlan.Of(Spec() with { BlockImages = 4 }, 40, 8, Small, 8 << 20);
        Assert.Equal(4, plan.Layout.BlockImages);
        Assert.Equal(plan.Pairs, MutualScorer.CountPairs(48, 2, JobPlan.Options(Spec(), 8) with { Layout = plan.Layout }));
    }

    private static ScoringJobSpec Spec() => new() { Threads = 2, Output = new() { Folder = "out" } };
}
