using MuSc.Contracts;
using MuSc.Engine.Files;
using MuSc.Engine.Results;

namespace MuSc.Engine.Local;

/// <summary>All writers, one after the other.</summary>
internal static class WritePhase
{
    /// <exception cref="JobException">Something cannot be written.</exception>
    public static void Run(
        ScoredImages scored, IReadOnlyList<IResultWriter> writers, string folder, RunProgress progress, CancellationToken cancellationToken)
    {
        (IResultWriter Writer, int Units)[] wanted = [.. writers.Select(writer => (writer, writer.Units(scored))).Where(entry => entry.Item2 > 0)];
        progress.Begin(JobPhase.Write, wanted.Sum(entry => (long)entry.Units));
        foreach ((IResultWriter writer, _) in wanted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DiskError.Tell(scored.Spec.Output.Folder, () => writer.Write(scored, folder, count => progress.Advance(count), cancellationToken));
        }
    }
}
