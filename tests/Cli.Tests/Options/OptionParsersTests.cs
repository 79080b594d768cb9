using System.CommandLine;

namespace MuSc.Cli.Tests.Options;

public sealed class OptionParsersTests
{
    [Theory]
    [InlineData("1024", 1024)]
    [InlineData("2G", 2L << 30)]
    [InlineData("2gb", 2L << 30)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("1500M", 1500L << 20)]
    [InlineData("64k", 64L << 10)]
    public void Bytes_have_units(string text, long bytes) => Assert.Equal(bytes, Parse(new ResourceOptions().Memory, text).Value);

    [Theory]
    [InlineData("lots")]
    [InlineData("-1G")]
    [InlineData("0")]
    [InlineData("1X")]
    [InlineData("G")]
    [InlineData("9999999999T")]
    public void Other_amounts_are_refused(string text) =>
        Assert.Contains("not an amount of memory", Assert.Single(Parse(new ResourceOptions().Memory, text).Errors), StringComparison.Ordinal);

    [Theory]
    [InlineData("1,3,5", new[] { 1, 3, 5 })]
    [InlineData("7", new[] { 7 })]
    public void Numbers_have_commas_between(string text, int[] numbers) => Assert.Equal(numbers, Parse(new MethodOptions().Degrees, text).Value);

    [Theory]
    [InlineData("1,,3")]
    [InlineData("a")]
    [InlineData("1.5")]
    [InlineData("-1")]
    public void Other_lists_are_refused(string text) => Assert.Single(Parse(new MethodOptions().Degrees, text).Errors);

    [Theory]
    [InlineData("all", 0)]
    [InlineData("200", 200)]
    public void Scorers_are_a_number_or_all(string text, int number) => Assert.Equal((number, 0), (Parse(new MethodOptions().Scorers, text).Value, Parse(new MethodOptions().Scorers, text).Errors.Length));

    [Theory]
    [InlineData("some")]
    [InlineData("0")]
    [InlineData("2,4")]
    public void Other_scorers_are_refused(string text) => Assert.Single(Parse(new MethodOptions().Scorers, text).Errors);

    [Fact]
    public void Windows_can_be_none() => Assert.Empty(Parse(new MethodOptions().Windows, "none").Value!);

    [Fact]
    public void An_interval_error_names_the_right_form() =>
        Assert.Contains("0%,30%", Assert.Single(Parse(new MethodOptions().Interval, "30%").Errors), StringComparison.Ordinal);

    private static (T? Value, string[] Errors) Parse<T>(Option<T> option, string text)
    {
        Command command = new("test") { Options = { option } };
        ParseResult parsed = command.Parse([option.Name, text]);
        string[] errors = [.. parsed.Errors.Select(error => error.Message)];
        return (errors.Length == 0 ? parsed.GetValue(option) : default, errors);
    }
}
