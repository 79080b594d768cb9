using System.Text.Json;
using System.Text.Json.Nodes;
using MuSc.Contracts.Http;
using MuSc.Engine.Files;
using MuSc.Features.Images;
using MuSc.Scoring.Decisions;

namespace MuSc.Engine.Results;

/// <summary>The folder of results of a job that has ended, read back.</summary>
public sealed class FinishedResults
{
    private static readonly string[] MapExtensions = [".tiff", ".npy"];

    private FinishedResults(string folder, JsonObject run, IReadOnlyList<ImageResult> lines, RepeatedDefects? repeats)
    {
        (Folder, Run, Repeats) = (folder, run, repeats);
        Lines = repeats is null ? lines : [.. lines.Select(line => line.Skipped is null ? line with { Rises = repeats.Rising.Contains(line.Name) } : line)];
        Scored = [.. Lines.Where(line => line.Skipped is null)];
        Stems = ResultStems.Of([.. Scored.Select(line => line.Name)]);
        Size = Settings["size"]?.GetValue<int>() ?? 0;
        Decision = Settings["decision"].Deserialize<DecisionRequest>(ResultJson.Options)?.ToOptions() ?? new();
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>One line for each image, in the order of <c>scores.csv</c>.</summary>
    public IReadOnlyList<ImageResult> Lines { get; }

    /// <summary>The lines of images that were scored.</summary>
    public IReadOnlyList<ImageResult> Scored { get; }

    /// <summary>Names of the files of <see cref="Scored"/>, without extension.</summary>
    public IReadOnlyList<string> Stems { get; }

    /// <summary>Side of maps and masks in pixels, S.</summary>
    public int Size { get; }

    /// <summary>How the set was decided.</summary>
    public DecisionOptions Decision { get; }

    /// <summary>Images that may show a defect that many show; null where that was not asked.</summary>
    internal RepeatedDefects? Repeats { get; }

    /// <summary><c>run.json</c>.</summary>
    internal JsonObject Run { get; }

    /// <summary>What was set, in <c>run.json</c>.</summary>
    internal JsonObject Settings => Run["settings"]!.AsObject();

    /// <summary>Reads a folder.</summary>
    /// <exception cref="JobException">It is no folder of results, or they are damaged.</exception>
    public static FinishedResults Open(string folder)
    {
        try
        {
            JsonObject run = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!.AsObject();
            return run["program"]?["name"]?.GetValue<string>() == "musc" && run["settings"] is JsonObject
                ? new(
                    folder,
                    run,
                    ScoresCsv.Read(Path.Combine(folder, "scores.csv")),
                    ReadRepeats(Path.Combine(folder, "scores.json")))
                : throw new FormatException("its run.json is of another program");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new JobException(JobErrorKind.Input, $"{folder}: this is no folder of finished results: {Path.GetFileName((error as FileNotFoundException)?.FileName) ?? "it"} is absent.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException)
        {
            throw new JobException(JobErrorKind.Input, $"{folder}: the results cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static RepeatedDefects? ReadRepeats(string path) => File.Exists(path)
        ? JsonNode.Parse(File.ReadAllText(path))!["repeats"].Deserialize<RepeatedDefects>(ResultJson.Options)
        : null;

    /// <summary>What other settings decide.</summary>
    public DecisionRule Decide(DecisionOptions options) => DecisionRule.Of(Scored, options);

    /// <summary>Whether anomaly maps were written.</summary>
    public bool HasMaps => Scored.Count == 0 || MapFile(0) is not null;

    /// <summary>Reads an anomaly map.</summary>
    /// <param name="row">Place in <see cref="Scored"/>.</param>
    /// <param name="map">[S × S].</param>
    /// <exception cref="JobException">It is absent or damaged.</exception>
    public void ReadMap(int row, Span<float> map)
    {
        string path = MapFile(row) ?? throw new JobException(
            JobErrorKind.Input, $"{Folder}: the anomaly map of '{Scored[row].Name}' is absent; masks are made of maps: score again without --maps none.");
        float[] scores = MapsWriter.Read(path);
        if (scores.Length != map.Length)
        {
            throw new JobException(JobErrorKind.Input, $"{path}: the map has {scores.Length} values instead of {Size} × {Size}.");
        }

        scores.CopyTo(map);
    }

    /// <summary>Where an image's mask lies, whether or not it is there.</summary>
    /// <param name="row">Place in <see cref="Scored"/>.</param>
    public string MaskFile(int row) => PathBelow.Of(Path.Combine(Folder, "masks"), Stems[row] + ".png");

    /// <summary>Reads which pixels of an image are anomalous.</summary>
    /// <param name="row">Place in <see cref="Scored"/>.</param>
    /// <param name="mask">[S × S].</param>
    /// <exception cref="JobException">It is absent or of another size.</exception>
    /// <exception cref="ImageFileException">It is damaged.</exception>
    public void ReadMask(int row, Span<bool> mask)
    {
        string path = MaskFile(row);
        if (!File.Exists(path))
        {
            throw new JobException(JobErrorKind.Input, $"{Folder}: the mask of '{Scored[row].Name}' is absent: make masks by musc decide {Folder}, without --no-masks. "
                + "Where the scores decide nothing there are none; say what you know of the set by --expect, --flag or --threshold.");
        }

        (int width, int height, float[] pixels) = ScoreMapDecoder.Decode(path);
        if ((width, height) != (Size, Size))
        {
            throw new JobException(JobErrorKind.Input, $"{path}: the mask has {width} × {height} pixels instead of {Size} × {Size}; make masks again by musc decide.");
        }

        for (int pixel = 0; pixel < mask.Length; pixel++)
        {
            mask[pixel] = pixels[pixel] > 0;
        }
    }

    private string? MapFile(int row) =>
        MapExtensions.Select(extension => Path.Combine(Folder, "maps", Stems[row] + extension)).FirstOrDefault(File.Exists);
}
