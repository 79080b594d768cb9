using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MuSc.Contracts.Http;
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
    /// <summary>Reads a map, [S × S].</summary>
    /// <exception cref="ImageFileException">The image file is damaged.</exception>
    /// <exception cref="JobException">The array is damaged.</exception>
    public static float[] Read(string path) =>
        path.EndsWith(".npy", StringComparison.Ordinal) ? NpyFile.ReadSingles(path) : ScoreMapDecoder.Decode(path).Scores;

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

/// <summary>Writes <c>scores.csv</c>.</summary>
public sealed class ScoresCsvWriter : IResultWriter
{
    public int Units(ScoredImages scored) => 1;

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        ScoresCsv.Write(Path.Combine(folder, "scores.csv"), scored.Lines);
        written(1);
    }
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
        Save(folder, scored.Decision, scored.Lines, scored.Scores.Repeats is { } repeats
            ? new(scored.Images.Where(image => image.Line.Rises == true).Select(image => image.Line.Name).ToArray(), repeats.RankCorrelation)
            : null);
        written(1);
    }

    /// <summary>Writes it.</summary>
    internal static void Save(string folder, DecisionRule rule, IEnumerable<ImageResult> lines, RepeatedDefects? repeats) => ResultJson.Save(Path.Combine(folder, "scores.json"), new
    {
        decision = DecisionResource.Of(rule.Set) with { Settings = DecisionRequest.Of(rule.Options) },
        repeats,
        images = lines.Select(ResultResource.Of),
    });
}

/// <summary>Images that may show a defect that many images show.</summary>
/// <param name="Rising">Their names.</param>
/// <param name="RankCorrelation">Of the rankings by the nearest and by later distances.</param>
internal sealed record RepeatedDefects(IReadOnlyList<string> Rising, double RankCorrelation);

/// <summary>How JSON files of results look: snake_case, indented, words for enumerations, readable names of files.</summary>
public static class ResultJson
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
