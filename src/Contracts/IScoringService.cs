namespace MuSc.Contracts;

/// <summary>The one door to scoring jobs; the local runner and the cluster's client both stand behind it.</summary>
public interface IScoringService
{
    /// <summary>Hands a job in.</summary>
    /// <returns>Its identifier.</returns>
    /// <exception cref="JobException">The specification is not valid.</exception>
    Task<string> SubmitAsync(ScoringJobSpec spec, CancellationToken cancellationToken);

    /// <summary>All known jobs, newest first.</summary>
    Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One job.</summary>
    /// <exception cref="JobException">There is no such job.</exception>
    Task<JobStatus> StatusAsync(string id, CancellationToken cancellationToken);

    /// <summary>Progress until the job ends, however it ends.</summary>
    IAsyncEnumerable<JobProgress> WatchAsync(string id, CancellationToken cancellationToken);

    /// <summary>Waits for the end and gives the results.</summary>
    /// <exception cref="JobException">The job failed.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    Task<JobResults> ResultsAsync(string id, CancellationToken cancellationToken);

    /// <summary>Asks a job to stop; nothing half-written stays.</summary>
    Task CancelAsync(string id, CancellationToken cancellationToken);
}
