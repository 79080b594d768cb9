using MuSc.Contracts;
using MuSc.Engine.Files;

namespace MuSc.Engine.Tests.Files;

public sealed class OutputFolderTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Results_take_their_place_whole()
    {
        using OutputFolder output = OutputFolder.Begin(_temp.At("a", "out"), force: false);
        File.WriteAllText(Path.Combine(output.Aside, "x"), "1");
        Assert.False(Directory.Exists(_temp.At("a", "out")));
        Assert.Equal(_temp.At("a", "out"), output.Complete());
        Assert.Equal([_temp.At("a", "out", "x")], Directory.GetFileSystemEntries(_temp.At("a", "out")));
        Assert.Equal([_temp.At("a", "out")], Directory.GetFileSystemEntries(_temp.At("a")));
    }

    [Fact]
    public void Without_completion_nothing_stays()
    {
        using (OutputFolder output = OutputFolder.Begin(_temp.At("out"), force: false))
        {
            File.WriteAllText(Path.Combine(output.Aside, "x"), "1");
        }

        Assert.Empty(Directory.GetFileSystemEntries(_temp.Folder));
    }

    [Fact]
    public void A_folder_in_use_needs_force()
    {
        _temp.Touch("out", "old");
        JobException error = Assert.Throws<JobException>(() => OutputFolder.Begin(_temp.At("out"), force: false));
        Assert.Equal(JobErrorKind.Usage, error.Kind);
        Assert.Contains("--force", error.Message, StringComparison.Ordinal);
        File.WriteAllText(_temp.At("out", "run.json"), """{ "program": { "name": "musc" } }""");
        using OutputFolder output = OutputFolder.Begin(_temp.At("out"), force: true);
        Assert.True(File.Exists(_temp.At("out", "old")));
        output.Complete();
        Assert.Equal([_temp.At("out")], Directory.GetFileSystemEntries(_temp.Folder));
        Assert.Empty(Directory.GetFileSystemEntries(_temp.At("out")));
    }

    [Theory]
    [InlineData("photo.jpg", "")]
    [InlineData("run.json", "")]
    [InlineData("run.json", """{ "program": "another" }""")]
    [InlineData("run.json", """{ "program": { "name": "another" } }""")]
    [InlineData("truth.csv", "mine")]
    [InlineData("tokens.npy", "mine")]
    public void A_folder_of_somebody_else_is_not_replaced(string name, string content)
    {
        _temp.Touch("out", "notes.txt");
        File.WriteAllText(_temp.At("out", name), content);
        JobException error = Assert.Throws<JobException>(() => OutputFolder.Begin(_temp.At("out"), force: true));
        Assert.Equal(JobErrorKind.Usage, error.Kind);
        Assert.Equal(content, File.ReadAllText(_temp.At("out", name)));
        Assert.Equal([_temp.At("out")], Directory.GetFileSystemEntries(_temp.Folder));
    }

    [Fact]
    public void An_empty_folder_is_as_good_as_none()
    {
        Directory.CreateDirectory(_temp.At("out"));
        using OutputFolder output = OutputFolder.Begin(_temp.At("out") + "/", force: false);
        output.Complete();
        Assert.True(Directory.Exists(_temp.At("out")));
    }

    [Fact]
    public void A_file_in_the_place_is_a_usage_error()
    {
        _temp.Touch("out");
        Assert.Equal(JobErrorKind.Usage, Assert.Throws<JobException>(() => OutputFolder.Begin(_temp.At("out"), force: true)).Kind);
    }

    [Fact]
    public void What_a_dead_run_left_is_removed_and_a_living_one_is_left_alone()
    {
        _temp.Touch("out.partial-dead", "x");
        using OutputFolder living = OutputFolder.Begin(_temp.At("out"), force: false);
        Assert.False(Directory.Exists(_temp.At("out.partial-dead")));
        using OutputFolder other = OutputFolder.Begin(_temp.At("out"), force: false);
        Assert.True(Directory.Exists(living.Aside));
        Assert.NotEqual(living.Aside, other.Aside);
    }
}
