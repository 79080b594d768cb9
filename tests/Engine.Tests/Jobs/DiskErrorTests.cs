using MuSc.Contracts;
using MuSc.Engine.Files;

namespace MuSc.Engine.Tests.Jobs;

public sealed class DiskErrorTests
{
    [Fact]
    public void A_full_disk_is_a_resource_error_that_says_what_to_do()
    {

        JobException error = Assert.Throws<JobException>(() => DiskError.Name("map.tiff", () => File.WriteAllText("/dev/full", "x")));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
        Assert.Equal("map.tiff: the disk is full; free some space or choose another folder.", error.Message);
    }

    [Fact]
    public void A_place_without_permission_is_a_resource_error()
    {
        JobException error = Assert.Throws<JobException>(() => DiskError.Name("out", () => throw new UnauthorizedAccessException()));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
        Assert.Contains("may not be written", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_errors_pass() => Assert.Throws<InvalidOperationException>(() => DiskError.Name("out", () => throw new InvalidOperationException()));
}
