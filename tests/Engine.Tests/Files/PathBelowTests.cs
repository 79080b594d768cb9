using MuSc.Contracts;
using MuSc.Engine.Files;

namespace MuSc.Engine.Tests.Files;

public sealed class PathBelowTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("a.png")]
    [InlineData("a/b c/ä.png")]
    [InlineData("..a/b..")]
    public void Name_LiesBelowTheFolder(string name) => Assert.Equal(_temp.At(name), PathBelow.Of(_temp.At(), name));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    public void NameThatLeadsElsewhere_IsRefused(string name) =>
        Assert.Equal(JobErrorKind.Usage, Assert.Throws<JobException>(() => PathBelow.Of(_temp.At(), name)).Kind);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("victim/.")]
    [InlineData("-x")]
    [InlineData("ä")]
    public void IdentifierThatIsNone_IsRefused(string identifier) =>
        Assert.Equal(JobErrorKind.Usage, Assert.Throws<JobException>(() => PathBelow.OfIdentifier(_temp.At(), identifier)).Kind);

    [Fact]
    public void FileOfTheLongestImageName_HasRoomForItsExtension()
    {
        string name = string.Join('/', Enumerable.Repeat(new string('a', 99), 10)) + "a";
        Assert.True(PathRules.IsImageName(name));
        Assert.False(PathRules.IsImageName(name + "a"));
        Assert.EndsWith("a.tiff", PathBelow.Of(_temp.At(), name + ".tiff"), StringComparison.Ordinal);
    }
}
