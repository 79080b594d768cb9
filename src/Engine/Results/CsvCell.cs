namespace MuSc.Engine.Results;

/// <summary>Cells of comma-separated values as RFC 4180 has them; <see cref="Inputs.CsvText"/> reads them.</summary>
public static class CsvCell
{
    /// <summary>A cell, in quotes where it needs them.</summary>
    public static string Of(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") >= 0 || (value.Length > 0 && (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1])))
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;
}
