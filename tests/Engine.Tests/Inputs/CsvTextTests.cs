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

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+a, b", "\"'+a, b\"")]
    [InlineData("-a.png", "'-a.png")]
    [InlineData("@a", "'@a")]
    [InlineData("'a", "''a")]
    [InlineData("a=1", "a=1")]
    [InlineData("", "")]
    public void Text_is_never_a_formula_and_comes_back(string text, string cell)
    {
        Assert.Equal(cell, CsvCell.OfText(text));
        Assert.Equal(text, CsvText.Plain(Assert.Single(CsvText.Parse(cell + "\n").DefaultIfEmpty([""]).Select(row => row.Single()))));
    }

    [Fact]
    public void Rows_end_with_any_line_end()
    {
        Assert.Equal([["a", "b"], ["c"], ["d", ""]], CsvText.Parse("a,b\r\nc\nd,"));
    }
}
