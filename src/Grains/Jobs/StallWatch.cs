namespace MuSc.Grains.Jobs;

/// <summary>Notices that nothing of a job gets done. Time in which this process stood still itself does not count.</summary>
internal sealed class StallWatch(JobData job, JobServices services)
{
    private const int Looks = 10;

    /// <summary>Looks until it is stopped.</summary>
    /// <param name="stalled">Called with where the job stands, once nothing has got done for <see cref="MuScOptions.StallTime"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task RunAsync(Action<string> stalled, CancellationToken cancellationToken)
    {
        TimeSpan most = services.Options.StallTime;
        using PeriodicTimer timer = new(most / Looks, services.Time);
        JobEvent? last = null;
        int still = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                still = job.Events.Last == last && last is not ({ State: JobState.Queued } or { Progress.Waits: not null }) ? still + 1 : 0;
                last = job.Events.Last;
                if (still == Looks)
                {
                    stalled(
                        $"Nothing of the job got done for {most}; it stands at {last?.Progress.Phase}, {last?.Progress.Done} of {last?.Progress.Total}. "
                        + "The logs of the silos say what they met.");
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
