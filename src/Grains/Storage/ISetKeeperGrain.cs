namespace MuSc.Grains.Storage;

/// <summary>A set of images as jobs see it: the same grain as <see cref="IImageSetGrain"/>.</summary>
[Alias("musc.ISetKeeperGrain")]
public interface ISetKeeperGrain : IGrainWithStringKey
{
    /// <summary>Notes that a job uses the set, which is then kept for it; again for the same job changes nothing.</summary>
    /// <param name="job">The job.</param>
    /// <exception cref="JobException">There is no such set.</exception>
    [Alias("take"), ResponseTimeout("00:01:00")]
    Task TakeAsync(string job);

    /// <summary>Notes that a job is gone; a set that goes with its last job is then deleted.</summary>
    [Alias("release"), ResponseTimeout("00:05:00")]
    Task ReleaseAsync(string job);

    /// <summary>Deletes the set if nothing was done with it for its time and no job uses it.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Whether it was deleted.</returns>
    [Alias("sweep"), ResponseTimeout("00:05:00")]
    Task<bool> SweepAsync(DateTimeOffset now);
}
