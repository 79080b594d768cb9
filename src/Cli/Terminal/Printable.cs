namespace MuSc.Cli.Terminal;

/// <summary>Text from elsewhere (names of files, errors, what a backbone says of itself) as it may be shown on a terminal.</summary>
internal static class Printable
{
    /// <summary>The text with a replacement for each character that a terminal would obey: control characters, but for line ends, and changes of direction.</summary>
    public static string Of(string text) => string.Concat(text.Select(letter => letter != '\n' && IsObeyed(letter) ? '\uFFFD' : letter));

    private static bool IsObeyed(char letter) =>
        char.IsControl(letter) || letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
