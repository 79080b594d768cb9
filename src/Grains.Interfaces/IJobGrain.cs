using MuSc.Grains.Messages;

namespace MuSc.Grains;

/// <summary>A job as clients see it, keyed by the job's identifier.</summary>
[Alias("musc.IJobGrain")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Takes the job in; the same call again changes nothing.</summary>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="JobException">It is not valid; or <see cref="JobErrorKind.Conflict"/>: another was submitted under this identifier.</exception>
    [Alias("submit"), ResponseTimeout("00:00:20")]
    Task<bool> SubmitAsync(ScoringJobSpec spec, CancellationToken cancellationToken);

    /// <summary>Where the job stands; null where it was never submitted.</summary>
    [Alias("status"), ResponseTimeout("00:00:10")]
    Task<JobStatus?> StatusAsync(CancellationToken cancellationToken);

    /// <summary>What was asked for, without the list of its images.</summary>
    [Alias("settings"), ResponseTimeout("00:00:10")]
    Task<ScoringJobSpec> SettingsAsync(CancellationToken cancellationToken);

    /// <summary>What happened after an offset, then what happens, until the job ends.</summary>
    /// <param name="after">The number of the last event that the caller has seen, 0 for none.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    [Alias("watch")]
    IAsyncEnumerable<JobEvent> WatchAsync(long after, CancellationToken cancellationToken);

    /// <summary>Asks the job to stop.</summary>
    [Alias("cancel"), ResponseTimeout("00:00:10")]
    Task CancelAsync(CancellationToken cancellationToken);

    /// <summary>Deletes a job that has ended, with its results; the same call again changes nothing.</summary>
    [Alias("delete"), ResponseTimeout("00:05:00")]
    Task DeleteAsync(CancellationToken cancellationToken);

    /// <summary>Some lines of a finished job's results, as MessagePack.</summary>
    [Alias("results"), ResponseTimeout("00:00:20")]
    Task<ResultPageMessage> ResultsAsync(int first, int count, CancellationToken cancellationToken);

    /// <summary>Part of a file in the job's folder of results.</summary>
    /// <param name="name">The path below that folder.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="cancellationToken">Gives up.</param>
    [Alias("file"), ResponseTimeout("00:00:20")]
    Task<FilePartMessage> ReadFileAsync(string name, long offset, CancellationToken cancellationToken);

    /// <summary>Part of a view of an image of a finished job.</summary>
    /// <param name="name">The image's name in the results.</param>
    /// <param name="view">What is to be seen.</param>
    /// <param name="threshold">The least score in a mask.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="cancellationToken">Gives up.</param>
    [Alias("image"), ResponseTimeout("00:00:20")]
    Task<FilePartMessage> ReadImageAsync(string name, ImageView view, double? threshold, long offset, CancellationToken cancellationToken);

    /// <summary>The files in the job's folder of results.</summary>
    [Alias("files"), ResponseTimeout("00:01:00")]
    Task<StoredFile[]> FilesAsync(CancellationToken cancellationToken);

    /// <summary>Which images people said to be anomalous, or not.</summary>
    [Alias("marks"), ResponseTimeout("00:00:20")]
    Task<Dictionary<string, bool>> MarksAsync(CancellationToken cancellationToken);

    /// <summary>Notes what somebody says of an image.</summary>
    /// <param name="name">The image's name in the results.</param>
    /// <param name="anomalous">Whether it is anomalous; null takes back what was said.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">The job has no such image, or has not ended.</exception>
    [Alias("mark"), ResponseTimeout("00:00:20")]
    Task MarkAsync(string name, bool? anomalous, CancellationToken cancellationToken);

    /// <summary>Compares every file of a finished job's results with what was written.</summary>
    /// <returns>A line for each file that is not as it was written; none if all are.</returns>
    [Alias("verify"), ResponseTimeout("00:30:00")]
    Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken);
}
