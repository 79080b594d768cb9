using MuSc.Engine.Results;
using MuSc.Engine.Inputs;

namespace MuSc.Engine.Tests.Inputs;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("with, comma")]
    [InlineData("with \"quotes\"")]
    [InlineData(" spaces ")]
    [InlineData("two\r\nlines")]
    public void Cells_round_trip(string value)
    {
        string text = $"{CsvCell.Of(value)},{CsvCell.Of("end")}\n";
        Assert.Equal([[value, "end"]], CsvText.Parse(text));
    }

    [Fact]
    public void Rows_end_with_any_line_end()
    {
        Assert.Equal([["a", "b"], ["c"], ["d", ""]], CsvText.Parse("a,b\r\nc\nd,"));
    }
}
