using Orleans.Concurrency;

namespace MuSc.Grains;

/// <summary>
/// A set of images that were sent to the cluster; keyed by the set. An image is there once all its parts have arrived and it was
/// completed. A set of which nobody makes use for a while is deleted (<c>MuSc:SetTime</c>).
/// </summary>
[Alias("musc.IImageSetGrain")]
public interface IImageSetGrain : IGrainWithStringKey
{
    /// <summary>Makes the set; the same call again changes nothing.</summary>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="JobException"><see cref="JobErrorKind.Conflict"/>: it is there and was made otherwise.</exception>
    [Alias("create"), ResponseTimeout("00:00:20")]
    Task<bool> CreateAsync(NewImageSet given, CancellationToken cancellationToken);

    /// <summary>The set; null where there is none.</summary>
    [Alias("describe"), ResponseTimeout("00:00:20")]
    Task<ImageSet?> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Images by name, after one of them.</summary>
    [Alias("images"), ResponseTimeout("00:00:20")]
    Task<SetImage[]> ImagesAsync(string after, int limit, CancellationToken cancellationToken);

    /// <summary>Writes a part of a file; the same part again changes nothing.</summary>
    /// <param name="part">Identifies what is being sent.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="bytes">At most <see cref="MessageSize.Limit"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">There is no such set, or it would have more images or bytes than the cluster takes.</exception>
    [Alias("write-part"), ResponseTimeout("00:00:20")]
    Task WriteAsync(string part, long offset, byte[] bytes, CancellationToken cancellationToken);

    /// <summary>Says that all parts of an image have been written; again for the same image changes nothing.</summary>
    /// <param name="part">What was sent.</param>
    /// <param name="image">What it is.</param>
    /// <param name="replace">Whether it replaces another image of that name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Where silos find it, on the disk.</returns>
    /// <exception cref="JobException">Something else has arrived, which is forgotten; or the name is taken.</exception>
    [Alias("complete"), ResponseTimeout("00:05:00")]
    Task<AddedImage> CompleteAsync(string part, SetImage image, bool replace, CancellationToken cancellationToken);

    /// <summary>Forgets what was sent of an image.</summary>
    [Alias("forget-part"), ResponseTimeout("00:00:20")]
    Task ForgetAsync(string part, CancellationToken cancellationToken);

    /// <summary>Takes an image out of the set.</summary>
    /// <exception cref="JobException">There is no such image, or a job that has not ended uses the set.</exception>
    [Alias("delete-image"), ResponseTimeout("00:01:00")]
    Task DeleteImageAsync(string name, CancellationToken cancellationToken);

    /// <summary>Deletes the set.</summary>
    /// <exception cref="JobException">There is none, or a job that has not ended uses it.</exception>
    [Alias("delete"), ResponseTimeout("00:05:00")]
    Task DeleteAsync(CancellationToken cancellationToken);
}

/// <summary>All sets of images of a cluster as clients see them; one grain, keyed <see cref="GrainKeys.Index"/>.</summary>
[Alias("musc.IImageSetIndexGrain")]
public interface IImageSetIndexGrain : IGrainWithStringKey
{
    /// <summary>Some sets, newest first.</summary>
    [Alias("list"), ResponseTimeout("00:00:30"), ReadOnly]
    Task<ImageSet[]> ListAsync(JobQuery query, CancellationToken cancellationToken);
}
