using MuSc.Contracts;
using MuSc.Engine.Plan;
using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Plan;

public sealed class OwnerMemoryTests
{
    private static readonly ScoringJobSpec Spec = new() { Output = new() { Folder = "out" } };

    [Fact]
    public void Strips_EnoughMemory_IsTheWholeSet() => Assert.True(Of(3, 1L << 30, 200) >= 200);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Strips_LessMemory_KeepsEverySilosValuesWithinIt(int silos)
    {
        const long bytes = 140L << 20;
        int images = Of(silos, bytes, 1500);
        TilePlan plan = new(4, Order(1500).Blocks, ScoringMode.Mutual, images);
        Assert.InRange(plan.Strips.Count, 2, 30);
        long image = KeptValues.Of(ScoringMode.Mutual, Spec.Interval, Spec.Reduction, false, 1499).Bytes(196, 1499);
        foreach (Range strip in plan.Strips)
        {
            int most = Enumerable.Range(0, plan.Scored).Take(strip).GroupBy(block => plan.Home(block, silos)).Max(home => home.Sum(block => plan.Blocks[block].Count));
            Assert.InRange(2 * most * image, 1, bytes);
        }
    }

    [Fact]
    public void Strips_LessMemory_LeaveRoomForOtherJobs()
    {
        const long bytes = 140L << 20;
        Assert.InRange(new OwnerMemory(3, bytes, 2).Strips(Order(1500), 4, Spec, 196).Bytes, 1, bytes * 3 / 4);
    }

    [Fact]
    public void Strips_NotEvenOneBlockFits_SaysHowMuchIsMissing()
    {
        JobException error = Assert.Throws<JobException>(() => Of(3, 5L << 20, 1500));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
        Assert.Matches(@"a block of 16 images needs 14 MiB .* has 5 MiB .* 9 MiB more", error.Message);
    }

    private static ImageOrder Order(int images) => ImageOrder.Of(images, 0, 1, 0, 16, ScoringMode.Mutual);

    private static int Of(int silos, long bytes, int images) => new OwnerMemory(silos, bytes, 2).Strips(Order(images), 4, Spec, 196).Images;
}
