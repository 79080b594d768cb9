using System.Text.Json;
using MuSc.Contracts.Http;
using MuSc.Engine.Files;
using MuSc.Engine.Report;
using MuSc.Scoring.Decisions;

namespace MuSc.Engine.Results;

/// <summary>
/// Decides a folder of finished results anew: scores in, threshold out, masks made again from the stored maps; nothing is scored again.
/// Heat maps keep the scale of the run. The folder is as it was before, or complete, never between.
/// </summary>
public static class DecidedResults
{
    // What is written anew; everything else stays as it is.
    private static readonly string[] Anew = ["scores.csv", "scores.json", "run.json", "report.html", "masks", DigestsWriter.FileName, FolderLock.Name];

    /// <summary>Decides.</summary>
    /// <param name="results">The results.</param>
    /// <param name="options">How.</param>
    /// <param name="masks">Whether masks are made.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="progress">Told how many masks are made, of how many.</param>
    /// <param name="cancellationToken">Stops between images; the folder stays as it was.</param>
    /// <exception cref="JobException">A map is absent, or the disk does not take it.</exception>
    public static JobResults Write(
        FinishedResults results, DecisionOptions options, bool masks, int threads, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        DecisionRule rule = results.Decide(options);
        ImageResult[] lines = [.. results.Lines.Select(rule.Apply)];
        using OutputFolder output = OutputFolder.Begin(results.Folder, force: true);
        DiskError.Name(results.Folder, () =>
        {
            Keep(results.Folder, output.Aside);
            if (masks && rule.Set.Threshold is not null)
            {
                MasksWriter.Write(
                    new(rule, results.Scored, results.Stems, results.Size, results.ReadMap), output.Aside, threads,
                    new PhaseProgress(progress, JobPhase.Write, results.Scored.Count).Add, cancellationToken);
            }

            ScoresCsv.Write(Path.Combine(output.Aside, "scores.csv"), lines);
            ScoresJsonWriter.Save(output.Aside, rule, lines, results.Repeats);
            SaveReport(results, rule, output.Aside);
            SaveRun(results, options, output.Aside);
            if (File.Exists(Path.Combine(results.Folder, DigestsWriter.FileName)))
            {
                DigestsWriter.Write(output.Aside, threads, cancellationToken);
            }
        });
        cancellationToken.ThrowIfCancellationRequested();
        return new(lines, output.Complete(), new Dictionary<JobPhase, TimeSpan>()) { Decision = rule.Set };
    }

    private static void Keep(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(from, file);
            if (!Anew.Contains(name.Split(Path.DirectorySeparatorChar)[0]))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, name))!);
                HardLink.MakeOrCopy(file, Path.Combine(to, name));
            }
        }
    }

    private static void SaveReport(FinishedResults results, DecisionRule rule, string folder)
    {
        string old = Path.Combine(results.Folder, "report.html");
        if (File.Exists(old))
        {
            File.WriteAllText(Path.Combine(folder, "report.html"), DecisionWriter.Replace(File.ReadAllText(old), rule, results.Scored));
        }
    }

    private static void SaveRun(FinishedResults results, DecisionOptions options, string folder)
    {
        results.Settings["decision"] = JsonSerializer.SerializeToNode(DecisionRequest.Of(options), ResultJson.Options);
        ResultJson.Save(Path.Combine(folder, "run.json"), results.Run);
    }
}
