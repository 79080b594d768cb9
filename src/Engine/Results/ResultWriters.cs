namespace MuSc.Engine.Results;

/// <summary>The kinds of results in the order in which they are written.</summary>
public static class ResultWriters
{
    /// <summary>All of them; each looks into the job's options whether it is wanted.</summary>
    public static IReadOnlyList<IResultWriter> All { get; } =
    [
        new MapsWriter(),
        new PicturesWriter(),
        new PatchScoresWriter(),
        new ScoresCsvWriter(),
        new ScoresJsonWriter(),
        new RunFileWriter(),
    ];
}
