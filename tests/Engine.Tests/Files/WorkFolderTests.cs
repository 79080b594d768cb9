using MuSc.Contracts;
using MuSc.Engine.Files;

namespace MuSc.Engine.Tests.Files;

public sealed class WorkFolderTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void What_a_dead_run_left_is_removed_unless_it_is_resumed()
    {
        _temp.Touch("work", "features", "a.tokens");
        _temp.Touch("work", "snapshots", "snapshot-0");
        using (WorkFolder resumed = WorkFolder.Begin(_temp.At("work"), resume: true))
        {
            Assert.True(File.Exists(Path.Combine(resumed.Features, "a.tokens")));
            Assert.True(File.Exists(Path.Combine(resumed.Snapshots, "snapshot-0")));
            resumed.Complete();
        }

        Assert.True(File.Exists(_temp.At("work", "features", "a.tokens")));
        Assert.False(Directory.Exists(_temp.At("work", "snapshots")));
        using (WorkFolder fresh = WorkFolder.Begin(_temp.At("work"), resume: false))
        {
            Assert.Empty(Directory.GetFiles(fresh.Features));
        }

        Assert.False(Directory.Exists(_temp.At("work")));
    }

    [Fact]
    public void Two_jobs_do_not_share_a_folder()
    {
        using WorkFolder first = WorkFolder.Begin(_temp.At("work"), resume: false);
        JobException error = Assert.Throws<JobException>(() => WorkFolder.Begin(_temp.At("work"), resume: true));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
        Assert.Contains("another job", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_place_is_beside_the_results_or_in_the_scratch_folder()
    {
        Assert.Equal(_temp.At(".out.musc-work"), WorkFolder.PlaceOf(_temp.At("out") + "/", null));
        Assert.Equal(_temp.At("fast", "musc-out"), WorkFolder.PlaceOf(_temp.At("out"), _temp.At("fast")));
    }
}
