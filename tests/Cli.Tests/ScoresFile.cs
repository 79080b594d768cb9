using System.Globalization;
using MuSc.Engine.Inputs;

namespace MuSc.Cli.Tests;

/// <summary>A row of <c>scores.csv</c>.</summary>
internal sealed record ScoresRow(string Image, double? Score, double? Before, int? Rank, string Status, bool? Anomalous)
{
    public static IReadOnlyList<ScoresRow> Read(string folder)
    {
        IReadOnlyList<IReadOnlyList<string>> rows = CsvText.Parse(File.ReadAllText(Path.Combine(folder, "scores.csv")));
        Assert.Equal(["image", "score", "score_before_rscin", "rank", "width", "height", "status", "anomalous", "margin"], rows[0]);
        return [.. rows.Skip(1).Select(row => new ScoresRow(
            row[0], Number(row[1]), Number(row[2]), row[3].Length > 0 ? int.Parse(row[3], CultureInfo.InvariantCulture) : null, row[6],
            row[7].Length > 0 ? bool.Parse(row[7]) : null))];
    }

    private static double? Number(string cell) => cell.Length > 0 ? double.Parse(cell, CultureInfo.InvariantCulture) : null;
}
