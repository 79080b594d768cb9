using MuSc.Contracts;
using MuSc.Engine.Plan;

namespace MuSc.Engine.Tests.Plan;

public sealed class JobMemoryTests
{
    private static readonly ScoringJobSpec Spec = new() { Output = new() { Folder = "out" } };

    [Fact]
    public void A_network_that_fills_the_memory_is_a_resource_error_that_says_what_would_do()
    {
        JobMemory.CheckLoaded(Spec, "vit");
        JobMemory.CheckLoaded(Spec with { MemoryBytes = 1L << 40 }, "vit");
        JobException error = Assert.Throws<JobException>(() => JobMemory.CheckLoaded(Spec with { MemoryBytes = 1 << 20 }, "vit"));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
        Assert.Matches(@"With vit loaded \d+ MiB .* Allow at least \d+ MiB", error.Message);
    }

    [Fact]
    public void Blocks_shrink_with_the_memory()
    {
        Assert.Equal(JobMemory.MostBlockBytes, JobMemory.BlockBytes(Spec));
        Assert.Equal(16L << 20, JobMemory.BlockBytes(Spec with { MemoryBytes = 512L << 20 }));
    }
}
