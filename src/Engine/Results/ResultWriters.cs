using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MuSc.Engine.Files;
using MuSc.Engine.Tokens;
using MuSc.Features.Images;
using MuSc.Scoring.Decisions;

namespace MuSc.Engine.Results;

/// <summary>Writes one kind of result into the folder of a job; writers run one after the other.</summary>
public interface IResultWriter
{
    /// <summary>Units of progress that <see cref="Write"/> will count: its images or files, 0 where the job does not want it.</summary>
    int Units(ScoredImages scored);

    /// <summary>Writes; not called where there are no units.</summary>
    /// <param name="scored">The results.</param>
    /// <param name="folder">An existing folder that takes its name only when everything is there.</param>
    /// <param name="written">Called with the units done, from any thread.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="JobException">Something cannot be written; an <see cref="IOException"/> is reported as one.</exception>
    void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken);
}

/// <summary>The kinds of results in the order in which they are written.</summary>
public static class ResultWriters
{
    /// <summary>All of them; each looks into the job's options whether it is wanted.</summary>
    public static IReadOnlyList<IResultWriter> All { get; } =
    [
        new MapsWriter(),
        new MasksWriter(),
        new PicturesWriter(),
        new PatchScoresWriter(),
        new ScoresCsvWriter(),
        new ScoresJsonWriter(),
        new RunFileWriter(),
    ];

    /// <summary>Writes all results that a job wants, one kind after the other.</summary>
    /// <param name="writers">The kinds.</param>
    /// <param name="scored">The results.</param>
    /// <param name="folder">An existing folder that takes its name only when everything is there.</param>
    /// <param name="begin">Called with the units of progress in all.</param>
    /// <param name="written">Called with the units done, from any thread.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="JobException">Something cannot be written.</exception>
    public static void Write(
        IReadOnlyList<IResultWriter> writers, ScoredImages scored, string folder, Action<long> begin, Action<int> written, CancellationToken cancellationToken)
    {
        (IResultWriter Writer, int Units)[] wanted = [.. writers.Select(writer => (writer, writer.Units(scored))).Where(entry => entry.Item2 > 0)];
        begin(wanted.Sum(entry => (long)entry.Units));
        foreach ((IResultWriter writer, _) in wanted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DiskError.Name(scored.Spec.Output.Folder, () => writer.Write(scored, folder, written, cancellationToken));
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}

/// <summary>Writes <c>maps/**</c>: one float32 anomaly map [S × S] an image, as TIFF or as an array.</summary>
public sealed class MapsWriter : IResultWriter
{
    public int Units(ScoredImages scored) => scored.Spec.Output.Maps == MapFormat.None ? 0 : scored.Images.Count;

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
        => EachImage.Do(scored.Images.Count, scored.Spec.Threads, () => new float[scored.Size * scored.Size], (row, map) =>
        {
            scored.ReadMap(row, map);
            string stem = scored.Images[row].Stem;
            if (scored.Spec.Output.Maps == MapFormat.Npy)
            {
                NpyWriter.WriteAll<float>(ResultStems.Place(folder, "maps", stem, ".npy"), map, scored.Size, scored.Size);
            }
            else
            {
                ImageEncoder.SaveTiff(ResultStems.Place(folder, "maps", stem, ".tiff"), map, scored.Size, scored.Size);
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
        NpyWriter.WriteAll<double>(Path.Combine(folder, "patch_scores.npy"), scored.Scores.PatchScores, scored.Images.Count, scored.Patches);
        written(1);
    }
}

/// <summary>
/// Writes <c>scores.csv</c> (RFC 4180, UTF-8): image, score after RsCIN, score before it, rank (1 the most anomalous), size
/// of the original image, <c>scored</c> or <c>skipped: reason</c>, whether it is anomalous, and how far it lies above the threshold as a
/// share of it; the last two are empty where nothing is decided. Numbers are written so that they read back exactly.
/// </summary>
public sealed class ScoresCsvWriter : IResultWriter
{
    /// <summary>The first line.</summary>
    public const string Header = "image,score,score_before_rscin,rank,width,height,status,anomalous,margin";

    public int Units(ScoredImages scored) => 1;

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        using (StreamWriter file = new(Path.Combine(folder, "scores.csv")) { NewLine = "\r\n" })
        {
            file.WriteLine(Header);
            foreach (ImageResult line in scored.Lines)
            {
                file.WriteLine(Line(line));
            }
        }

        written(1);
    }

    /// <summary>A line, without its end.</summary>
    public static string Line(ImageResult line) => string.Join(',', Cells(line));

    private static string[] Cells(ImageResult line) =>
    [
        CsvCell.OfText(line.Name),
        $"{line.Score:R}",
        $"{line.ScoreBefore:R}",
        $"{line.Rank}",
        line.Width > 0 ? $"{line.Width}" : string.Empty,
        line.Height > 0 ? $"{line.Height}" : string.Empty,
        line.Skipped is null ? "scored" : CsvCell.Of($"skipped: {line.Skipped}"),
        line.Anomalous is { } anomalous ? anomalous ? "true" : "false" : string.Empty,
        $"{line.Margin:R}",
    ];
}

/// <summary>
/// Writes <c>scores.json</c>: the decision about the set, and the lines of <c>scores.csv</c> as objects, with nulls where a skipped image has
/// no value.
/// </summary>
public sealed class ScoresJsonWriter : IResultWriter
{
    public int Units(ScoredImages scored) => 1;

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        ResultJson.Save(Path.Combine(folder, "scores.json"), new
        {
            decision = ResultJson.Of(scored.Decision),
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
                anomalous = line.Anomalous,
                margin = line.Margin,
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

    /// <summary>A decision, with the settings that it was made with.</summary>
    public static object Of(DecisionRule rule) => new
    {
        rule.Set.State,
        rule.Set.Text,
        rule.Set.Threshold,
        rule.Set.MaskThreshold,
        rule.Set.Contrast,
        rule.Set.Confidence,
        rule.Set.Near,
        rule.Set.Flagged,
        settings = Of(rule.Options),
    };

    /// <summary>The settings of a decision.</summary>
    public static object Of(DecisionOptions options) => new
    {
        options.Threshold,
        flag = options.Flag?.ToString(),
        options.Sensitivity,
        options.Expect,
        decide = options.DecideBy,
        options.MaskTop,
        options.Mask,
    };

    public static void Save<T>(string path, T value)
    {
        using FileStream file = File.Create(path);
        JsonSerializer.Serialize(file, value, Options);
    }
}
