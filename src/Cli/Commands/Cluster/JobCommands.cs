using System.CommandLine;
using System.Globalization;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Engine.Inputs;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>A client's commands.</summary>
internal static class JobCommands
{
    public static Option<string> ClusterOption() => new("--cluster")
    {
        Description = "localhost, localhost:PORT, or a PostgreSQL connection string [default: MUSC_CLUSTER, else localhost]",
        HelpName = "where",
    };

    public static MuscCommand Submit()
    {
        MuscCommand command = new(
            "submit",
            "Hand a job to a cluster and print its identifier.",
            "musc submit /data/photos -r --cluster localhost",
            "musc submit photos --upload --cluster 'Host=db;Username=musc;Database=musc'");
        SubmitOptions options = new();
        Option<bool> upload = new("--upload") { Description = "Send the images to the cluster; otherwise silos read them, under the same paths." };
        Option<string> cluster = ClusterOption();
        options.AddTo(command);
        command.Options.Add(upload);
        command.Options.Add(cluster);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ScoringJobSpec spec = options.Read(parsed);
            await using MuScClient client = await MuScClient.ConnectAsync(Address(parsed, cluster), cancellationToken);
            Console.WriteLine(await client.SubmitAsync(
                parsed.GetValue(upload) ? await Uploads.SendAsync(client, spec, cancellationToken) : spec, cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    public static MuscCommand Watch() => OfJob("watch", "Print a job's progress until it ends, and end as it does.", async (client, job, cancellationToken) =>
    {
        string? last = null;
        await foreach (JobProgress progress in client.WatchAsync(job, cancellationToken))
        {
            string line = $"{progress.Phase}: {progress.Done} of {progress.Total}";
            if (line != last)
            {
                Console.WriteLine(last = line);
            }
        }

        JobResults results = await client.ResultsAsync(job, cancellationToken);
        Console.WriteLine($"Done: {results.Folder}");
    });

    public static MuscCommand Results() => OfJob("results", "Print a job's scores as CSV, most anomalous first; waits for its end.", async (client, job, cancellationToken) =>
    {
        JobResults results = await client.ResultsAsync(job, cancellationToken);
        Console.WriteLine("image,score,score_before_rscin,rank,skipped");
        foreach (ImageResult line in results.Images.OrderBy(line => line.Rank ?? int.MaxValue))
        {
            Console.WriteLine(string.Join(',', CsvText.Cell(line.Name), Number(line.Score), Number(line.ScoreBefore), line.Rank, CsvText.Cell(line.Skipped ?? string.Empty)));
        }
    });

    public static MuscCommand Cancel() => OfJob("cancel", "Ask a job to stop.", (client, job, cancellationToken) => client.CancelAsync(job, cancellationToken));

    public static MuscCommand Jobs()
    {
        Option<string> cluster = ClusterOption();
        MuscCommand command = new("jobs", "List a cluster's jobs, newest first.", "musc jobs --cluster localhost") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using MuScClient client = await MuScClient.ConnectAsync(Address(parsed, cluster), cancellationToken);
            foreach (JobStatus job in await client.ListAsync(cancellationToken))
            {
                Console.WriteLine($"{job.Id}  {job.Submitted:yyyy-MM-dd HH:mm:ss}  {job.State}  {job.Error}".TrimEnd());
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The cluster that the command line names.</summary>
    public static ClusterAddress Address(ParseResult parsed, Option<string> cluster)
    {
        try
        {
            return ClusterAddress.Parse(parsed.GetValue(cluster) ?? Environment.GetEnvironmentVariable("MUSC_CLUSTER") ?? "localhost");
        }
        catch (FormatException error)
        {
            throw new JobException(JobErrorKind.Usage, error.Message, error);
        }
    }

    private static MuscCommand OfJob(string name, string description, Func<MuScClient, string, CancellationToken, Task> action)
    {
        Option<string> cluster = ClusterOption();
        Argument<string> job = new("job") { Description = "The job's identifier." };
        MuscCommand command = new(name, description, $"musc {name} JOB --cluster localhost") { job, cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using MuScClient client = await MuScClient.ConnectAsync(Address(parsed, cluster), cancellationToken);
            string id = parsed.GetRequiredValue(job);
            try
            {
                await action(client, id, cancellationToken);
                return ExitCode.Done;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"musc: the job {id} was cancelled.");
                return ExitCode.Cancelled;
            }
        });
        return command;
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? string.Empty;
}
