using MuSc.Client;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>Makes the commands that deal with one job of a cluster.</summary>
internal static class OneJob
{
    public static MuscCommand Command(string name, string description, Func<MuScClient, string, bool, CancellationToken, Task> action)
    {
        Argument<string> job = new("job") { Description = "The job's identifier." };
        ClusterOption cluster = ClusterOption.ForClient();
        CommonOptions common = new();
        MuscCommand command = new(name, description, $"musc {name} JOB", $"musc {name} JOB --cluster 'Host=db;Username=musc;Database=musc'") { job, cluster };
        common.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using MuScClient client = await cluster.ConnectAsync(parsed, cancellationToken).ConfigureAwait(false);
            string id = parsed.GetRequiredValue(job);
            try
            {
                await action(client, id, parsed.GetValue(common.Json), cancellationToken).ConfigureAwait(false);
                return ExitCode.Done;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"musc: the job {id} was cancelled.").ConfigureAwait(false);
                return ExitCode.Cancelled;
            }
        });
        return command;
    }
}
