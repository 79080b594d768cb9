using MuSc.Engine.Local;

namespace MuSc.Cli.Terminal;

/// <summary>Runs one job to its end, showing its progress.</summary>
internal static class JobRun
{
    /// <summary>Scores in this process; a cancelled job is waited for, so that it can clear up.</summary>
    public static Task<JobResults> RunAsync(ScoringJobSpec spec, CancellationToken cancellationToken) => ProgressView.RunAsync(async progress =>
    {
        LocalScoringService service = new();
        string id = await service.SubmitAsync(spec, cancellationToken).ConfigureAwait(false);
        return await FollowAsync(service, id, cancelToo: true, progress, cancellationToken).ConfigureAwait(false);
    });

    /// <summary>Follows a job that was submitted.</summary>
    /// <param name="service">Where it runs.</param>
    /// <param name="id">The job.</param>
    /// <param name="cancelToo">Whether a cancellation here cancels the job, which is then waited for.</param>
    /// <param name="cancellationToken">Stops following.</param>
    public static Task<JobResults> FollowAsync(IScoringService service, string id, bool cancelToo, CancellationToken cancellationToken) =>
        ProgressView.RunAsync(progress => FollowAsync(service, id, cancelToo, progress, cancellationToken));

    private static async Task<JobResults> FollowAsync(
        IScoringService service, string id, bool cancelToo, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (JobProgress step in service.WatchAsync(id, cancellationToken).ConfigureAwait(false))
            {
                progress.Report(step);
            }

            return await service.ResultsAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancelToo && cancellationToken.IsCancellationRequested)
        {
            await service.CancelAsync(id, CancellationToken.None).ConfigureAwait(false);
            return await service.ResultsAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
