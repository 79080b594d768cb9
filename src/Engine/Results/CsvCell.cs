using MuSc.Engine.Inputs;

namespace MuSc.Engine.Results;

/// <summary>Cells of comma-separated values as RFC 4180 has them; <see cref="CsvText"/> reads them.</summary>
public static class CsvCell
{
    /// <summary>A cell, in quotes where it needs them.</summary>
    public static string Of(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") >= 0 || (value.Length > 0 && (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1])))
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;

    /// <summary>
    /// A cell of a text that somebody else chose, such as a file's name. What a spreadsheet would take for a formula gets an
    /// apostrophe before it, which makes it text there; <see cref="CsvText.Plain"/> takes it away.
    /// </summary>
    public static string OfText(string text) => Of(CsvText.NeedsApostrophe(text) ? "'" + text : text);
}
