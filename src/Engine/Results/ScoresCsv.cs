using MuSc.Engine.Inputs;

namespace MuSc.Engine.Results;

/// <summary>
/// <c>scores.csv</c> (RFC 4180, UTF-8): image, score after rescoring, score before it, rank (1 the most anomalous), size of the original
/// image, <c>scored</c> or <c>skipped: reason</c>, whether it is anomalous, and how far it lies above the threshold as a share of it; the
/// last two are empty where nothing is decided. Numbers are written so that they read back exactly.
/// </summary>
public static class ScoresCsv
{
    private const string Skipped = "skipped: ";

    /// <summary>The first line.</summary>
    public const string Header = "image,score,score_before_rscin,rank,width,height,status,anomalous,margin";

    /// <summary>A line, without its end.</summary>
    public static string Line(ImageResult line) => string.Join(',', Cells(line));

    /// <summary>Writes a file.</summary>
    public static void Write(string path, IEnumerable<ImageResult> lines)
    {
        using StreamWriter file = new(path) { NewLine = "\r\n" };
        file.WriteLine(Header);
        foreach (ImageResult line in lines)
        {
            file.WriteLine(Line(line));
        }
    }

    /// <summary>Reads a file; one of an earlier version lacks the last two columns.</summary>
    /// <exception cref="FormatException">It is no such file; the line is named.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<ImageResult> Read(string path)
    {
        IReadOnlyList<IReadOnlyList<string>> rows = CsvText.Parse(File.ReadAllText(path));
        if (rows.Count == 0 || !$"{Header},".StartsWith($"{string.Join(',', rows[0])},", StringComparison.Ordinal) || rows[0].Count < 7)
        {
            throw new FormatException($"{path} does not begin with the columns {Header}");
        }

        return [.. rows.Skip(1).Select((row, at) => Parse(row, rows[0].Count) ?? throw new FormatException($"line {at + 2} of {path} is damaged"))];
    }

    private static string[] Cells(ImageResult line) =>
    [
        CsvCell.OfText(line.Name),
        $"{line.Score:R}",
        $"{line.ScoreBefore:R}",
        $"{line.Rank}",
        line.Width > 0 ? $"{line.Width}" : string.Empty,
        line.Height > 0 ? $"{line.Height}" : string.Empty,
        line.Skipped is null ? "scored" : CsvCell.Of($"{Skipped}{line.Skipped}"),
        line.Anomalous is { } anomalous ? anomalous ? "true" : "false" : string.Empty,
        $"{line.Margin:R}",
    ];

    private static ImageResult? Parse(IReadOnlyList<string> row, int columns)
    {
        if (row.Count != columns)
        {
            return null;
        }

        string name = CsvText.Plain(row[0]);
        if (row[6].StartsWith(Skipped, StringComparison.Ordinal))
        {
            return ImageResult.LeftOut(name, row[6][Skipped.Length..]);
        }

        return Number(row[1]) is { } score && Number(row[2]) is >= 0 and { } before && Count(row[3]) is { } rank
            ? new(name, score, before, rank, Count(row[4]) ?? 0, Count(row[5]) ?? 0, null)
            {
                Anomalous = columns > 7 && bool.TryParse(row[7], out bool anomalous) ? anomalous : null,
                Margin = columns > 8 ? Number(row[8]) : null,
            }
            : null;
    }

    private static double? Number(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;

    private static int? Count(string cell) => int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
