namespace MuSc.Engine.Inputs;

/// <summary>
/// Lists of images: a .txt with one path a line, or a .csv with the paths in a column named <c>image</c>, else in its first
/// column. Paths are relative to the list's folder; empty lines are passed over.
/// </summary>
internal static class ImageList
{
    /// <summary>Whether a file is a list by its extension.</summary>
    public static bool IsList(string path) => Is(path, ".txt") || Is(path, ".csv");

    /// <summary>Reads a list.</summary>
    /// <param name="list">An existing file.</param>
    /// <param name="problems">Gets what went wrong.</param>
    public static ImageRoot Read(string list, List<string> problems)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(list))!;
        IEnumerable<string> entries = Is(list, ".csv") ? Column(File.ReadAllText(list)) : File.ReadLines(list);
        string[] files = [.. entries.Select(entry => entry.Trim()).Where(entry => entry.Length > 0).Select(entry => Path.GetFullPath(entry, folder))];
        problems.AddRange(files.Where(file => !File.Exists(file)).Select(file => $"{file}: there is no such file (named in {list})"));
        if (files.Length == 0)
        {
            problems.Add($"{list}: the list names no image");
        }

        return Array.TrueForAll(files, file => PathRules.IsBelow(file, folder)) ? new(folder, files) : ImageRoot.Of(files);
    }

    private static bool Is(string path, string extension) => Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Column(string text)
    {
        IReadOnlyList<IReadOnlyList<string>> rows = CsvText.Parse(text);
        int named = rows.Count == 0 ? -1 : rows[0].ToList().FindIndex(cell => cell.Trim().Equals("image", StringComparison.OrdinalIgnoreCase));
        return rows.Skip(named < 0 ? 0 : 1).Where(row => row.Count > named).Select(row => CsvText.Plain(row[Math.Max(named, 0)]));
    }
}
