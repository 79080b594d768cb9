using MuSc.Contracts;
using MuSc.Engine.Results;

namespace MuSc.Engine.Tests.Report;

public sealed class ReportTitleTests
{
    [Theory]
    [InlineData("line/shots", "/data/line/shots/a.png", "/data/line/shots/b/c.png")]
    [InlineData("data/line", "/data/line/one/a.png", "/data/line/one-more/a.png")]
    [InlineData("data", "/data/a.png")]
    [InlineData("Images", "/a/x.png", "/b/x.png")]
    public void Images_are_called_by_their_common_folder(string title, params string[] files) => Assert.Equal(
        title, ReportTitle.Of(new() { Images = [.. files.Select(file => new ImageFile(file, file))], Output = new() { Folder = "out" } }));

    [Fact]
    public void Tokens_are_called_by_their_file() => Assert.Equal(
        "run/tokens.npy", ReportTitle.Of(new ScoringJobSpec { TokensFile = "/data/run/tokens.npy", Output = new() { Folder = "out" } }));
}
