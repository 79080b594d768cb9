using MessagePack;

namespace MuSc.Grains.Messages;

/// <summary>One image's line in the results, as <c>application/x-msgpack</c> has it.</summary>
[MessagePackObject]
public sealed record ResultRow(
    [property: Key("image")] string Image,
    [property: Key("score")] double? Score,
    [property: Key("score_before")] double? ScoreBefore,
    [property: Key("rank")] int? Rank,
    [property: Key("width")] int Width,
    [property: Key("height")] int Height,
    [property: Key("skipped")] string? Skipped,
    [property: Key("anomalous")] bool? Anomalous,
    [property: Key("margin")] double? Margin,
    [property: Key("rises")] bool? Rises)
{
    public static ResultRow Of(ImageResult result) => new(
        result.Name, result.Score, result.ScoreBefore, result.Rank, result.Width, result.Height, result.Skipped, result.Anomalous, result.Margin, result.Rises);

    public ImageResult ToResult() => new(Image, Score, ScoreBefore, Rank, Width, Height, Skipped) { Anomalous = Anomalous, Margin = Margin, Rises = Rises };
}

/// <summary>Some lines of the results.</summary>
/// <param name="Total">Lines in all.</param>
/// <param name="Rows">A MessagePack array of <see cref="ResultRow"/>.</param>
/// <param name="Folder">Where the files of the results lie in the cluster.</param>
/// <param name="PhaseTimes">Time of each phase.</param>
/// <param name="Decision">What the scores say of the set as a whole.</param>
[GenerateSerializer, Orleans.Immutable, Alias("musc.result-page")]
public sealed record ResultPageMessage(
    [property: Id(0)] int Total,
    [property: Id(1)] byte[] Rows,
    [property: Id(2)] string Folder,
    [property: Id(3)] Dictionary<JobPhase, TimeSpan> PhaseTimes,
    [property: Id(4)] SetDecision Decision);

/// <summary>Part of a file.</summary>
[GenerateSerializer, Orleans.Immutable, Alias("musc.file-part")]
public sealed record FilePartMessage([property: Id(0)] long Length, [property: Id(1)] byte[] Bytes);
