using MuSc.Engine.Inputs;

namespace MuSc.Engine.Tests.Inputs;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("**/*.png", "a.png", true)]
    [InlineData("**/*.png", "x/y/a.png", true)]
    [InlineData("x/**/a.png", "x/a.png", true)]
    [InlineData("*/a.png", "a.png", false)]
    [InlineData("*/a.png", "x/y/a.png", false)]
    [InlineData("?/a*.png", "x/abc.png", true)]
    [InlineData("**", "x/y", true)]
    public void Parts_match_folders_and_names(string pattern, string path, bool matches)
    {
        Assert.Equal(matches, GlobPattern.Matches(pattern.Split('/'), path.Split('/')));
    }
}
