namespace MuSc.Grains.Storage;

/// <summary>An upload as jobs see it: the same grain as <see cref="IUploadGrain"/>.</summary>
[Alias("musc.IUploadKeeperGrain")]
public interface IUploadKeeperGrain : IGrainWithStringKey
{
    /// <summary>Notes that a job uses the upload, which is then kept for it; again for the same job changes nothing.</summary>
    /// <param name="job">The job.</param>
    /// <param name="names">The files that it names.</param>
    /// <exception cref="JobException">Files of the upload have not arrived whole, or a file is not there.</exception>
    [Alias("take"), ResponseTimeout("00:01:00")]
    Task TakeAsync(string job, IReadOnlyList<string> names);

    /// <summary>Notes that a job does not need the upload any more; the last one's files go with it.</summary>
    [Alias("release"), ResponseTimeout("00:05:00")]
    Task ReleaseAsync(string job);

    /// <summary>Deletes the upload if nothing was done with it for its time and no job that has not ended uses it.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Whether it was deleted.</returns>
    [Alias("sweep"), ResponseTimeout("00:05:00")]
    Task<bool> SweepAsync(DateTimeOffset now);
}
