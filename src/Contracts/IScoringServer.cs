namespace MuSc.Contracts;

/// <summary>A scoring service that many share: it keeps jobs and their results after their end, and says who owns them.</summary>
public interface IScoringServer : IScoringService
{
    /// <summary>Hands a job in under an identifier of the caller's; the same call again is the same job.</summary>
    /// <param name="spec">The job. Its images lie where the service reaches them, or it names their <see cref="ScoringJobSpec.Source"/>.</param>
    /// <param name="id">The identifier.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="JobException">The specification is not valid; or <see cref="JobErrorKind.Conflict"/>: another job has that identifier.</exception>
    Task<bool> SubmitAsync(ScoringJobSpec spec, string id, CancellationToken cancellationToken);

    /// <summary>Some jobs, newest first.</summary>
    Task<IReadOnlyList<JobStatus>> ListAsync(JobQuery query, CancellationToken cancellationToken);

    /// <summary>What was asked for, without the list of its images.</summary>
    /// <exception cref="JobException">There is no such job.</exception>
    Task<ScoringJobSpec> SettingsAsync(string id, CancellationToken cancellationToken);

    /// <summary>What happened to a job after an event, then what happens, until it ends.</summary>
    /// <param name="id">The job.</param>
    /// <param name="after">The number of the last event that the caller has seen, 0 for none.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    IAsyncEnumerable<JobEvent> EventsAsync(string id, long after, CancellationToken cancellationToken);

    /// <summary>Some lines of a finished job's results, in the order of its images.</summary>
    /// <exception cref="JobException"><see cref="JobErrorKind.Conflict"/>: the job has no results.</exception>
    Task<ResultLines> LinesAsync(string id, int first, int count, CancellationToken cancellationToken);

    /// <summary>The files of a finished job's results: paths below their folder with forward slashes.</summary>
    Task<IReadOnlyList<StoredFile>> FilesAsync(string id, CancellationToken cancellationToken);

    /// <summary>Opens a file of the results, such as <c>maps/a.tiff</c>.</summary>
    /// <returns>Its bytes; any place in them can be read.</returns>
    /// <exception cref="JobException"><see cref="JobErrorKind.NotFound"/>: there is none.</exception>
    Task<Stream> OpenFileAsync(string id, string name, CancellationToken cancellationToken);

    /// <summary>Opens a view of an image of a finished job.</summary>
    /// <param name="id">The job.</param>
    /// <param name="name">The image's name in the results.</param>
    /// <param name="view">What is to be seen.</param>
    /// <param name="threshold">For <see cref="ImageView.Mask"/>: the least score that counts. The default is the mask that the job's decision gives.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The file's bytes; any place in them can be read.</returns>
    /// <exception cref="JobException"><see cref="JobErrorKind.NotFound"/>: there is none.</exception>
    Task<Stream> OpenImageAsync(string id, string name, ImageView view, double? threshold, CancellationToken cancellationToken);

    /// <summary>Which images of a finished job people said to be anomalous, or not.</summary>
    Task<IReadOnlyDictionary<string, bool>> MarksAsync(string id, CancellationToken cancellationToken);

    /// <summary>Notes what somebody says of an image.</summary>
    /// <param name="id">The job.</param>
    /// <param name="name">The image's name in the results.</param>
    /// <param name="anomalous">Whether it is anomalous; null takes back what was said.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException"><see cref="JobErrorKind.NotFound"/>: the job has no such image.</exception>
    Task MarkAsync(string id, string name, bool? anomalous, CancellationToken cancellationToken);

    /// <summary>Deletes a job that has ended, with its results.</summary>
    /// <exception cref="JobException"><see cref="JobErrorKind.Conflict"/>: it has not ended.</exception>
    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Compares every file of a finished job's results with what was written.</summary>
    /// <returns>A line for each file that is not as it was written; none if all are.</returns>
    Task<IReadOnlyList<string>> VerifyAsync(string id, CancellationToken cancellationToken);

    /// <summary>The processes of the service, and how much there is to do.</summary>
    Task<ClusterOverview> ClusterAsync(CancellationToken cancellationToken);

    /// <summary>Lists all jobs anew from what lies on the service's disk.</summary>
    /// <returns>How many are listed now.</returns>
    Task<int> RebuildIndexAsync(CancellationToken cancellationToken);
}

/// <summary>Some lines of a job's results.</summary>
/// <param name="Total">Lines in all.</param>
/// <param name="Lines">Those that were asked for.</param>
/// <param name="Folder">Where the files of the results lie in the service.</param>
/// <param name="PhaseTimes">Time of each phase.</param>
/// <param name="Decision">What the scores say of the set as a whole.</param>
public sealed record ResultLines(
    int Total, IReadOnlyList<ImageResult> Lines, string Folder, IReadOnlyDictionary<JobPhase, TimeSpan> PhaseTimes, SetDecision? Decision);

/// <summary>A file of the results.</summary>
/// <param name="Name">Its path below their folder, with forward slashes.</param>
/// <param name="Bytes">Its length.</param>
public sealed record StoredFile(string Name, long Bytes);
