namespace MuSc.Cli.Terminal;

/// <summary>Standard output for results, standard error for all that is said on the way. Colours follow NO_COLOR.</summary>
internal static class Consoles
{
    private const int WidthWithoutTerminal = 1000;

    public static IAnsiConsole Results() => Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>A terminal on standard error.</summary>
    public static IAnsiConsole Messages() => Create(Console.Error, Console.IsErrorRedirected);

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            // Whatever TERM says: no escape codes in files and pipes.
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = WidthWithoutTerminal;
        }

        return console;
    }
}

/// <summary>Text from elsewhere (names of files, errors, what a backbone says of itself) as it may be shown on a terminal.</summary>
internal static class Printable
{
    /// <summary>The text with a replacement for each character that a terminal would obey: control characters, but for line ends, and changes of direction.</summary>
    public static string Of(string text) => string.Concat(text.Select(letter => letter != '\n' && IsObeyed(letter) ? '\uFFFD' : letter));

    private static bool IsObeyed(char letter) =>
        char.IsControl(letter) || letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
