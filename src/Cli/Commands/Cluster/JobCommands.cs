using MuSc.Engine.Results;
using MuSc.Client;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>A client's commands for jobs that were submitted: watch, results, cancel, jobs.</summary>
internal static class JobCommands
{
    private const int RowsShown = 10;

    public static MuscCommand Watch(string name) => OneJob(
        name,
        "Show a job's progress until it ends, and end as it does. Ctrl-C leaves the job running.",
        async (client, job, cancellationToken) =>
            Outcome(job, await JobRun.FollowAsync(client, job, cancelToo: false, cancellationToken).ConfigureAwait(false), RowsShown));

    public static MuscCommand Results(string name) => OneJob(
        name,
        "Print a job's scores as CSV, most anomalous first; waits for its end.",
        async (client, job, cancellationToken) =>
        {
            JobResults results = await client.ResultsAsync(job, cancellationToken).ConfigureAwait(false);
            return new(() => JsonOutput.Of(results, job), _ => WriteCsv(results));
        });

    public static MuscCommand Cancel(string name) => OneJob(
        name,
        "Ask a job to stop.",
        async (client, job, cancellationToken) =>
        {
            await client.CancelAsync(job, cancellationToken).ConfigureAwait(false);
            JobStatus status = await client.StatusAsync(job, cancellationToken).ConfigureAwait(false);
            return new(() => JsonOutput.Of(status), _ => { });
        });

    public static MuscCommand Jobs(string name)
    {
        ClientOptions cluster = new();
        return new MuscCommand(
            name, "List a cluster's jobs, newest first.", "musc jobs", "musc jobs verify JOB", "musc jobs --cluster 'Host=db;Username=musc;Database=musc'")
        {
            cluster.All, Verify(), Delete(), RebuildIndex(),
        }.Does(async (parsed, cancellationToken) =>
            {
                await using MuScClient client = await cluster.ConnectAsync(parsed, cancellationToken).ConfigureAwait(false);
                IReadOnlyList<JobStatus> jobs = await client.ListAsync(cancellationToken).ConfigureAwait(false);
                return new(() => new { Jobs = jobs.Select(JsonOutput.Of) }, _ =>
                {
                    foreach (JobStatus job in jobs)
                    {
                        Console.WriteLine(Printable.Of($"{job.Id}  {job.Submitted:yyyy-MM-dd HH:mm:ss}  {job.State}  {job.Error}".TrimEnd()));
                    }
                });
            });
    }

    private static MuscCommand Verify() => OneJob(
        "jobs verify",
        "Compare every file of a job's results with what was written.",
        async (client, job, cancellationToken) =>
        {
            IReadOnlyList<string> problems = await client.VerifyAsync(job, cancellationToken).ConfigureAwait(false);
            return new(
                () => new { Job = job, Problems = problems },
                _ => Console.WriteLine(problems.Count == 0 ? $"{job}: all files are as they were written." : Printable.Of(string.Join('\n', problems))),
                problems.Count == 0 ? ExitCode.Done : ExitCode.Input);
        });

    private static MuscCommand Delete() => OneJob(
        "jobs delete",
        "Delete a job that has ended, with its results.",
        async (client, job, cancellationToken) =>
        {
            await client.DeleteAsync(job, cancellationToken).ConfigureAwait(false);
            return new(() => new { Job = job }, _ => { });
        });

    private static MuscCommand RebuildIndex()
    {
        ClientOptions cluster = new();
        return new MuscCommand("rebuild-index", "List a cluster's jobs anew from what lies on its disk.", "musc jobs rebuild-index") { cluster.All }
            .Does(async (parsed, cancellationToken) =>
            {
                await using MuScClient client = await cluster.ConnectAsync(parsed, cancellationToken).ConfigureAwait(false);
                int jobs = await client.RebuildIndexAsync(cancellationToken).ConfigureAwait(false);
                return new(() => new { Jobs = jobs }, _ => Console.WriteLine($"{jobs} jobs are listed."));
            });
    }

    /// <summary>What is printed at the end of a cluster's job: the same as at the end of <c>musc score</c>.</summary>
    public static Outcome Outcome(string id, JobResults results, int rows) => new(() => JsonOutput.Of(results, id), console =>
    {
        // Without a report, or where the cluster's files are not seen from here, the table of scores is what there is to name.
        bool report = File.Exists(Path.Combine(results.Folder, "report.html"));
        JobSummary.Write(results, new OutputOptions { Folder = results.Folder, Report = report }, rows, console);
    });

    // A command that deals with one job of a cluster; the last word that is typed is its name.
    private static MuscCommand OneJob(string typed, string description, Func<MuScClient, string, CancellationToken, Task<Outcome>> action)
    {
        Argument<string> job = new("job") { Description = "The job's identifier." };
        ClientOptions cluster = new();
        return new MuscCommand(typed.Split(' ')[^1], description, $"musc {typed} JOB", $"musc {typed} JOB --cluster https://musc.example --key-file key.txt")
        {
            job, cluster.All,
        }.Does(async (parsed, cancellationToken) =>
        {
            await using MuScClient client = await cluster.ConnectAsync(parsed, cancellationToken).ConfigureAwait(false);
            string id = parsed.GetRequiredValue(job);
            try
            {
                return await action(client, id, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"musc: the job {id} was cancelled.").ConfigureAwait(false);
                return new(() => null, _ => { }, ExitCode.Cancelled);
            }
        });
    }

    private static void WriteCsv(JobResults results)
    {
        Console.WriteLine("image,score,score_before_rscin,rank,skipped");
        foreach (ImageResult line in results.Images.OrderBy(line => line.Rank ?? int.MaxValue))
        {
            Console.WriteLine($"{CsvCell.OfText(line.Name)},{line.Score:R},{line.ScoreBefore:R},{line.Rank},{CsvCell.Of(line.Skipped ?? "")}");
        }
    }
}
