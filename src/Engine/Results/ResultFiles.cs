using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MuSc.Engine.Files;
using MuSc.Engine.Inputs;
using MuSc.Engine.Tokens;
using MuSc.Features.Images;

namespace MuSc.Engine.Results;

/// <summary>Writes <c>maps/**</c>: one float32 anomaly map [S × S] an image, as TIFF or as an array.</summary>
public sealed class MapsWriter : IResultWriter
{
    public int Units(ScoredImages scored) => scored.Spec.Output.Maps == MapFormat.None ? 0 : scored.Images.Count;

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
        => EachImage.Do(scored.Images, scored.Spec.Threads, () => new float[scored.Size * scored.Size], (image, map) =>
        {
            scored.ReadMap(image.Row, map);
            if (scored.Spec.Output.Maps == MapFormat.Npy)
            {
                NpyWriter.WriteAll(ResultStems.Place(folder, "maps", image.Stem, ".npy"), map, scored.Size, scored.Size);
            }
            else
            {
                ImageEncoder.SaveTiff(ResultStems.Place(folder, "maps", image.Stem, ".tiff"), map, scored.Size, scored.Size);
            }

            written(1);
        }, cancellationToken);
}

/// <summary>Writes <c>patch_scores.npy</c>: [N × P] float64, the rows in the order of <c>scores.csv</c> without the images left out.</summary>
public sealed class PatchScoresWriter : IResultWriter
{
    public int Units(ScoredImages scored) => scored.Spec.Output.PatchScores || scored.Spec.TokensFile is not null ? 1 : 0;

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        NpyWriter.WriteAll(Path.Combine(folder, "patch_scores.npy"), scored.PatchScores, scored.Images.Count, scored.Patches);
        written(1);
    }
}

/// <summary>
/// Writes <c>scores.csv</c> (RFC 4180, UTF-8): image, score after RsCIN, score before it, rank (1 the most anomalous), size
/// of the original image, and <c>scored</c> or <c>skipped: reason</c>. Numbers are written so that they read back exactly.
/// </summary>
public sealed class ScoresCsvWriter : IResultWriter
{
    /// <summary>The first line.</summary>
    public const string Header = "image,score,score_before_rscin,rank,width,height,status";

    public int Units(ScoredImages scored) => 1;

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

/// <summary>Writes <c>scores.json</c>: the lines of <c>scores.csv</c> as objects, with nulls where a skipped image has no value.</summary>
public sealed class ScoresJsonWriter : IResultWriter
{
    public int Units(ScoredImages scored) => 1;

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        ResultJson.Save(Path.Combine(folder, "scores.json"), new
        {
            images = scored.Lines.Select(line => new
            {
                image = line.Name,
                score = line.Score,
                score_before_rscin = line.ScoreBefore,
                rank = line.Rank,
                width = line.Width > 0 ? line.Width : (int?)null,
                height = line.Height > 0 ? line.Height : (int?)null,
                status = line.Skipped is null ? "scored" : "skipped",
                reason = line.Skipped,
            }),
        });
        written(1);
    }
}

/// <summary>How JSON files of results look: snake_case, indented, words for enumerations, readable names of files.</summary>
internal static class ResultJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static void Save<T>(string path, T value)
    {
        using FileStream file = File.Create(path);
        JsonSerializer.Serialize(file, value, Options);
    }
}
