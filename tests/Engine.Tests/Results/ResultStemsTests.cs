using MuSc.Engine.Results;

namespace MuSc.Engine.Tests.Results;

public sealed class ResultStemsTests
{
    [Theory]
    [InlineData("good/1.png bad/1.png", "good/1 bad/1")]
    [InlineData("a.png a.jpg b.png", "a.png a.jpg b")]
    [InlineData("a.png A.jpg", "a.png A.jpg")]
    [InlineData("a.png a.jpg a.png.webp", "a.png~2 a.jpg a.png")]
    [InlineData("x.y/1 .png no", "x.y/1 .png no")]
    [InlineData("1.2.png 1.3.png", "1.2 1.3")]
    public void Stems_are_the_names_without_extension_where_that_is_enough(string names, string expected)
    {
        Assert.Equal(expected.Split(' '), ResultStems.Of(names.Split(' ')));
    }
}
