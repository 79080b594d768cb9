using MuSc.Contracts;

namespace MuSc.Engine.Tests.Files;

public sealed class RealPathTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public RealPathTests()
    {
        _temp.Touch("in", "a");
        _temp.Touch("out", "b");
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void LinkThatLeadsOut_IsNotBelow()
    {
        File.CreateSymbolicLink(_temp.At("in", "link"), _temp.At("out", "b"));
        Directory.CreateSymbolicLink(_temp.At("in", "folder"), _temp.At("out"));
        Directory.CreateSymbolicLink(_temp.At("other name"), _temp.At("in"));
        Assert.True(IsBelow(_temp.At("in", "a"), "in"));
        Assert.True(IsBelow(_temp.At("in", "a"), "elsewhere", "other name"));
        Assert.True(IsBelow(_temp.At("other name", "a"), "in"));
        Assert.True(IsBelow(_temp.At("in", "absent"), "in"));
        Assert.False(IsBelow(_temp.At("in", "link"), "in"));
        Assert.False(IsBelow(_temp.At("in", "folder", "b"), "in"));
        Assert.False(IsBelow(_temp.At("in", "folder", "absent"), "in"));
        Assert.False(IsBelow(_temp.At("in", "..", "out", "b"), "in"));
        Assert.False(IsBelow(_temp.At("in", "a"), "absent"));
    }

    [Fact]
    public void LinkThroughALink_IsFollowedToItsEnd()
    {
        Directory.CreateSymbolicLink(_temp.At("in", "folder"), _temp.At("out"));
        File.CreateSymbolicLink(_temp.At("in", "innocent"), Path.Combine("folder", "b"));
        Assert.Equal(RealPath.Of(_temp.At("out", "b")), RealPath.Of(_temp.At("in", "innocent")));
        Assert.False(IsBelow(_temp.At("in", "innocent"), "in"));

        // The system goes to the link's target before it goes up.
        _temp.Touch("a");
        File.CreateSymbolicLink(_temp.At("in", "up"), "folder/../a");
        Assert.Equal(RealPath.Of(_temp.At("a")), RealPath.Of(_temp.At("in", "up")));
    }

    [Fact]
    public void LinksInACircle_LieNowhere()
    {
        File.CreateSymbolicLink(_temp.At("in", "x"), _temp.At("in", "y"));
        File.CreateSymbolicLink(_temp.At("in", "y"), _temp.At("in", "x"));
        Assert.Throws<IOException>(() => RealPath.Of(_temp.At("in", "x")));
        Assert.False(IsBelow(_temp.At("in", "x"), "in"));
    }

    private bool IsBelow(string path, params string[] folders) => RealPath.IsBelow(path, folders.Select(folder => _temp.At(folder)));
}
