using MuSc.Client;
using MuSc.Engine.Inputs;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>A client's commands for jobs that were submitted: watch, results, cancel, jobs.</summary>
internal static class JobCommands
{
    private const int RowsShown = 10;

    public static MuscCommand Watch() => OneJob.Command("watch", "Show a job's progress until it ends, and end as it does. Ctrl-C leaves the job running.", async (client, job, json, cancellationToken) =>
    {
        JobResults results = await JobRun.FollowAsync(client, job, Consoles.Progress(), cancelToo: false, cancellationToken).ConfigureAwait(false);
        JobOutcome.Write(job, results, RowsShown, json);
    });

    public static MuscCommand Results() => OneJob.Command("results", "Print a job's scores as CSV, most anomalous first; waits for its end.", async (client, job, json, cancellationToken) =>
    {
        JobResults results = await client.ResultsAsync(job, cancellationToken).ConfigureAwait(false);
        if (json)
        {
            JobOutcome.Write(job, results, RowsShown, json);
            return;
        }

        Console.WriteLine("image,score,score_before_rscin,rank,skipped");
        foreach (ImageResult line in results.Images.OrderBy(line => line.Rank ?? int.MaxValue))
        {
            Console.WriteLine(string.Join(',', CsvText.Cell(line.Name), Number(line.Score), Number(line.ScoreBefore), line.Rank, CsvText.Cell(line.Skipped ?? string.Empty)));
        }
    });

    public static MuscCommand Cancel() => OneJob.Command("cancel", "Ask a job to stop.", async (client, job, json, cancellationToken) =>
    {
        await client.CancelAsync(job, cancellationToken).ConfigureAwait(false);
        if (json)
        {
            JobStatus status = await client.StatusAsync(job, cancellationToken).ConfigureAwait(false);
            JsonOutput.Write(writer => JsonOutput.WriteStatus(writer, status));
        }
    });

    public static MuscCommand Jobs()
    {
        ClusterOption cluster = ClusterOption.ForClient();
        CommonOptions common = new();
        MuscCommand command = new("jobs", "List a cluster's jobs, newest first.", "musc jobs", "musc jobs --cluster 'Host=db;Username=musc;Database=musc'") { cluster };
        common.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using MuScClient client = await cluster.ConnectAsync(parsed, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<JobStatus> jobs = await client.ListAsync(cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(common.Json))
            {
                JsonOutput.Write(writer =>
                {
                    writer.WriteStartArray("jobs");
                    foreach (JobStatus job in jobs)
                    {
                        writer.WriteStartObject();
                        JsonOutput.WriteStatus(writer, job);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                });
                return ExitCode.Done;
            }

            foreach (JobStatus job in jobs)
            {
                Console.WriteLine($"{job.Id}  {job.Submitted:yyyy-MM-dd HH:mm:ss}  {job.State}  {job.Error}".TrimEnd());
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? string.Empty;
}
