using System.CommandLine;
using System.Globalization;
using MuSc.Client;
using MuSc.Engine.Inputs;
using MuSc.Engine.Jobs;
using MuSc.Engine.Results;

namespace MuSc.Silo.Commands;

/// <summary>A client's commands.</summary>
internal static class JobCommands
{
    public static Option<string> ClusterOption() => new("--cluster")
    {
        Description = "localhost, localhost:PORT, or a PostgreSQL connection string.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MUSC_CLUSTER") ?? "localhost",
    };

    public static Command Submit()
    {
        Option<string> cluster = ClusterOption();
        Argument<string[]> inputs = new("images") { Description = "Files, folders, patterns or lists that the silos reach under the same paths.", Arity = ArgumentArity.OneOrMore };
        Option<bool> recursive = new("--recursive", "-r") { Description = "Search folders with their subfolders." };
        Option<string[]> references = new("--references") { Description = "Images known to be normal.", AllowMultipleArgumentsPerToken = true };
        Option<string> backbone = new("--backbone") { Description = "Name or file of the backbone.", DefaultValueFactory = _ => "compact" };
        Option<int?> size = new("--size") { Description = "Side of the images in pixels." };
        Option<string> device = new("--device") { Description = "cpu or cuda.", DefaultValueFactory = _ => "cpu" };
        Option<bool> skipBad = new("--skip-bad") { Description = "Leave unusable images out." };
        Option<bool> upload = new("--upload") { Description = "Send the images to the cluster, where silos cannot reach them." };
        Command command = new("submit", "Hand a job to a cluster and print its identifier.") { inputs, recursive, references, backbone, size, device, skipBad, upload, cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using MuScClient client = await ConnectAsync(parsed, cluster, cancellationToken);
            ScoringJobSpec spec = new()
            {
                Images = ImageSetResolver.Resolve(parsed.GetRequiredValue(inputs), parsed.GetValue(recursive)),
                References = parsed.GetValue(references) is { Length: > 0 } known ? ImageSetResolver.Resolve(known, parsed.GetValue(recursive)) : [],
                Backbone = parsed.GetRequiredValue(backbone),
                Size = parsed.GetValue(size),
                Device = parsed.GetRequiredValue(device),
                SkipBad = parsed.GetValue(skipBad),
                Output = new OutputOptions { Folder = "cluster" },
            };
            if (parsed.GetValue(upload))
            {
                spec = await Uploads.SendAsync(client, spec, cancellationToken);
            }

            Console.WriteLine(await client.SubmitAsync(spec, cancellationToken));
        });
        return command;
    }

    public static Command Watch() => OfJob("watch", "Print a job's progress until it ends.", async (client, job, cancellationToken) =>
    {
        await foreach (JobProgress progress in client.WatchAsync(job, cancellationToken))
        {
            Console.WriteLine($"{progress.Phase}: {progress.Done} of {progress.Total}");
        }

        JobStatus status = await client.StatusAsync(job, cancellationToken);
        Console.WriteLine(status.Error is null ? $"{status.State}" : $"{status.State}: {status.Error}");
    });

    public static Command Results() => OfJob("results", "Print a finished job's scores as CSV, most anomalous first.", async (client, job, cancellationToken) =>
    {
        JobResults results = await client.ResultsAsync(job, cancellationToken);
        Console.WriteLine("image,score,score_before_rscin,rank,skipped");
        foreach (ImageResult line in results.Images.OrderBy(line => line.Rank ?? int.MaxValue))
        {
            Console.WriteLine(string.Join(',', CsvText.Cell(line.Name), Number(line.Score), Number(line.ScoreBefore), line.Rank, CsvText.Cell(line.Skipped ?? string.Empty)));
        }
    });

    public static Command Cancel() => OfJob("cancel", "Ask a job to stop.", (client, job, cancellationToken) => client.CancelAsync(job, cancellationToken));

    public static Command Jobs()
    {
        Option<string> cluster = ClusterOption();
        Command command = new("jobs", "List a cluster's jobs, newest first.") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using MuScClient client = await ConnectAsync(parsed, cluster, cancellationToken);
            foreach (JobStatus job in await client.ListAsync(cancellationToken))
            {
                Console.WriteLine($"{job.Id}  {job.Submitted:yyyy-MM-dd HH:mm:ss}  {job.State}  {job.Error}".TrimEnd());
            }
        });
        return command;
    }

    private static Command OfJob(string name, string description, Func<MuScClient, string, CancellationToken, Task> action)
    {
        Option<string> cluster = ClusterOption();
        Argument<string> job = new("job") { Description = "The job's identifier." };
        Command command = new(name, description) { job, cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using MuScClient client = await ConnectAsync(parsed, cluster, cancellationToken);
            await action(client, parsed.GetRequiredValue(job), cancellationToken);
        });
        return command;
    }

    private static Task<MuScClient> ConnectAsync(ParseResult parsed, Option<string> cluster, CancellationToken cancellationToken) =>
        MuScClient.ConnectAsync(ClusterAddress.Parse(parsed.GetRequiredValue(cluster)), cancellationToken);

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? string.Empty;
}
