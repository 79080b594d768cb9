using System.Text.Json.Serialization;

namespace MuSc.Contracts.Http;

/// <summary>An image's line in the results: what <c>scores.json</c> has, the same numbers to the digit.</summary>
public sealed record ResultResource(
    string Image, double? Score, double? ScoreBeforeRscin, int? Rank, int? Width, int? Height, string Status, string? Reason,
    bool? Anomalous, double? Margin)
{
    /// <summary>Whether it may show a defect that many images show; only where that was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Rises { get; init; }

    public static ResultResource Of(ImageResult line) => new(
        line.Name, line.Score, line.ScoreBefore, line.Rank, line.Width > 0 ? line.Width : null, line.Height > 0 ? line.Height : null,
        line.Skipped is null ? "scored" : "skipped", line.Skipped, line.Anomalous, line.Margin)
    {
        Rises = line.Rises,
    };

    public ImageResult ToResult() => new(Image, Score, ScoreBeforeRscin, Rank, Width ?? 0, Height ?? 0, Reason) { Anomalous = Anomalous, Margin = Margin, Rises = Rises };
}

/// <summary>Part of a job's results.</summary>
/// <param name="Data">Its lines.</param>
/// <param name="Next">For <c>?after=</c> to go on with; null at the end.</param>
/// <param name="Total">Lines in all.</param>
/// <param name="Folder">Where the files of the results lie, as the server sees it.</param>
/// <param name="Seconds">Time of each phase.</param>
/// <param name="Decision">What the scores say of the set as a whole.</param>
public sealed record ResultPage(
    IReadOnlyList<ResultResource> Data, string? Next, int Total, string Folder, IReadOnlyDictionary<JobPhase, double> Seconds, DecisionResource? Decision)
{
    /// <param name="lines">The lines.</param>
    /// <param name="first">How many come before them.</param>
    public static ResultPage Of(ResultLines lines, int first) => new(
        [.. lines.Lines.Select(ResultResource.Of)],
        first + lines.Lines.Count < lines.Total ? ListCursor.Of(first + lines.Lines.Count) : null,
        lines.Total,
        lines.Folder,
        lines.PhaseTimes.ToDictionary(phase => phase.Key, phase => phase.Value.TotalSeconds),
        lines.Decision is { } decision ? DecisionResource.Of(decision) : null);

    public ResultLines ToLines() => new(
        Total,
        [.. Data.Select(line => line.ToResult())],
        Folder,
        Seconds.ToDictionary(phase => phase.Key, phase => TimeSpan.FromSeconds(phase.Value)),
        Decision?.ToDecision());
}

/// <summary>A file of a job's results.</summary>
public sealed record FileResource(string Name, long Bytes);

/// <summary>How a job's files compare with what was written.</summary>
/// <param name="Problems">A line for each file that is not as it was written; none if all are.</param>
public sealed record VerifyResource(IReadOnlyList<string> Problems);

/// <summary>What was found when all jobs were listed anew.</summary>
/// <param name="Jobs">How many are listed now.</param>
public sealed record RebuildResource(int Jobs);

/// <summary>What people say of a job's images.</summary>
/// <param name="Marks">Whether an image is said to be anomalous; those of which nothing is said are left out.</param>
public sealed record MarksResource(IReadOnlyDictionary<string, bool> Marks);

/// <summary>What somebody says of an image.</summary>
public sealed record MarkRequest
{
    /// <summary>Whether it is anomalous; null takes back what was said.</summary>
    [JsonRequired]
    public bool? Anomalous { get; init; }
}
