using MuSc.Contracts;

namespace MuSc.Cli.Terminal;

/// <summary>Runs one job to its end, showing its progress; a cancelled job is waited for, so that it can clear up.</summary>
internal static class JobRun
{
    public static Task<JobResults> RunAsync(IScoringService service, ScoringJobSpec spec, IProgressView view, CancellationToken cancellationToken) =>
        view.RunAsync(async progress =>
        {
            string id = await service.SubmitAsync(spec, cancellationToken).ConfigureAwait(false);
            try
            {
                await foreach (JobProgress step in service.WatchAsync(id, cancellationToken).ConfigureAwait(false))
                {
                    progress.Report(step);
                }

                return await service.ResultsAsync(id, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                await service.CancelAsync(id, CancellationToken.None).ConfigureAwait(false);
                return await service.ResultsAsync(id, CancellationToken.None).ConfigureAwait(false);
            }
        });
}
