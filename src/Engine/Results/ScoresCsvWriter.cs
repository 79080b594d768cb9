using System.Globalization;
using MuSc.Contracts;
using MuSc.Engine.Inputs;

namespace MuSc.Engine.Results;

/// <summary>
/// Writes <c>scores.csv</c> (RFC 4180, UTF-8): image, score after RsCIN, score before it, rank (1 the most anomalous), size
/// of the original image, and <c>scored</c> or <c>skipped: reason</c>. Numbers are written so that they read back exactly.
/// </summary>
public sealed class ScoresCsvWriter : IResultWriter
{
    /// <summary>The first line.</summary>
    public const string Header = "image,score,score_before_rscin,rank,width,height,status";

    /// <inheritdoc/>
    public int Units(ScoredImages scored) => 1;

    /// <inheritdoc/>
    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        using (StreamWriter file = new(Path.Combine(folder, "scores.csv")) { NewLine = "\r\n" })
        {
            file.WriteLine(Header);
            foreach (ImageResult line in scored.Lines)
            {
                file.WriteLine(string.Join(',', Cells(line).Select(CsvText.Cell)));
            }
        }

        written(1);
    }

    private static string[] Cells(ImageResult line) =>
    [
        line.Name,
        line.Score?.ToString("R", CultureInfo.InvariantCulture) ?? string.Empty,
        line.ScoreBefore?.ToString("R", CultureInfo.InvariantCulture) ?? string.Empty,
        line.Rank?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
        line.Width > 0 ? line.Width.ToString(CultureInfo.InvariantCulture) : string.Empty,
        line.Height > 0 ? line.Height.ToString(CultureInfo.InvariantCulture) : string.Empty,
        line.Skipped is null ? "scored" : $"skipped: {line.Skipped}",
    ];
}
