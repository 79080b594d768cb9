using MuSc.Client;

namespace MuSc.Cli.Commands.Cluster;

/// <summary><c>musc submit</c>: hands a job to a cluster.</summary>
internal static class SubmitCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "submit",
            "Hand a job to a cluster and print its identifier; with --watch, wait for its end as 'musc score' does.",
            "musc submit photos -r --watch",
            "musc submit /data/photos -r --cluster localhost",
            "musc submit photos --upload --cluster 'Host=db;Username=musc;Database=musc'");
        SubmitOptions job = new();
        Option<bool> upload = new("--upload") { Description = "Send the images to the cluster; otherwise silos read them, under the same paths." };
        Option<bool> watch = new("--watch", "-w") { Description = "Show progress and, at the end, the most anomalous images. Ctrl-C then cancels the job." };
        ClusterOption cluster = ClusterOption.ForClient();
        CommonOptions common = new();
        job.AddTo(command);
        foreach (Option option in new Option[] { upload, watch, job.Top, cluster })
        {
            command.Options.Add(option);
        }

        common.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ScoringJobSpec spec = job.Read(parsed);
            await using MuScClient client = await cluster.ConnectAsync(parsed, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(upload))
            {
                spec = await Uploads.SendAsync(client, spec, cancellationToken).ConfigureAwait(false);
            }

            string id = await client.SubmitAsync(spec, cancellationToken).ConfigureAwait(false);
            bool json = parsed.GetValue(common.Json);
            if (parsed.GetValue(watch))
            {
                await Console.Error.WriteLineAsync($"Job {id}").ConfigureAwait(false);
                JobResults done = await JobRun.FollowAsync(client, id, Consoles.Progress(), cancelToo: true, cancellationToken).ConfigureAwait(false);
                JobOutcome.Write(id, done, parsed.GetValue(job.Top), json);
            }
            else if (json)
            {
                JsonOutput.Write(writer => writer.WriteString("job", id));
            }
            else
            {
                Console.WriteLine(id);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
