using System.Text;

namespace MuSc.Engine.Inputs;

/// <summary>Comma-separated values as RFC 4180 has them: quotes around cells with commas, quotes or line ends.</summary>
public static class CsvText
{
    /// <summary>Reads the rows of a file.</summary>
    /// <exception cref="JobException">It cannot be read.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JobException(JobErrorKind.Input, $"{path}: it cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The rows of a text; a line end at its end begins no row.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Parse(string text)
    {
        List<IReadOnlyList<string>> rows = [];
        List<string> row = [];
        StringBuilder cell = new();
        bool quoted = false;
        string body = text.TrimStart('\uFEFF');
        for (int i = 0; i < body.Length; i++)
        {
            char c = body[i];
            if (quoted && c == '"' && i + 1 < body.Length && body[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (c == '"' && (quoted || cell.Length == 0))
            {
                quoted = !quoted;
            }
            else if (!quoted && c == ',')
            {
                EndCell();
            }
            else if (!quoted && (c is '\n' or '\r'))
            {
                i += c == '\r' && i + 1 < body.Length && body[i + 1] == '\n' ? 1 : 0;
                EndCell();
                rows.Add(row);
                row = [];
            }
            else
            {
                cell.Append(c);
            }
        }

        if (cell.Length > 0 || row.Count > 0)
        {
            EndCell();
            rows.Add(row);
        }

        return rows;

        void EndCell()
        {
            row.Add(cell.ToString());
            cell.Clear();
        }
    }

    /// <summary>The text of a cell, without the apostrophe that marks it as text.</summary>
    public static string Plain(string cell) => cell is ['\'', .. string text] && NeedsApostrophe(text) ? text : cell;

    /// <summary>Whether a text is marked: a spreadsheet would take it for a formula, or the mark for its own beginning.</summary>
    internal static bool NeedsApostrophe(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\'', ..];
}
