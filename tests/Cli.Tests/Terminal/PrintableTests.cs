using MuSc.Cli.Terminal;

namespace MuSc.Cli.Tests.Terminal;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("Rohr 3/übersicht.png", "Rohr 3/übersicht.png")]
    [InlineData("two\nlines", "two\nlines")]
    [InlineData("\u001b[2Ja\u0007.png", "\uFFFD[2Ja\uFFFD.png")]
    [InlineData("a\rb\u009bc", "a\uFFFDb\uFFFDc")]
    [InlineData("a\u202egnp.b", "a\uFFFDgnp.b")]
    public void WhatATerminalWouldObey_IsReplaced(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Fact]
    public void ErrorThatNamesAFile_CannotSteerTheTerminal()
    {
        using StringWriter output = new();
        Failure.Report(new IOException("Could not find '\u001b]0;mine\u0007.png'."), cancelled: false, verbose: false, output);
        Assert.Equal($"musc: Could not find '\uFFFD]0;mine\uFFFD.png'.{Environment.NewLine}", output.ToString());
    }
}
