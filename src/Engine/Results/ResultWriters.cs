using MuSc.Engine.Files;

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
            DiskError.Tell(scored.Spec.Output.Folder, () => writer.Write(scored, folder, written, cancellationToken));
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
