namespace MuSc.Grains;

/// <summary>Receives images that the cluster cannot reach otherwise; keyed by the upload.</summary>
[Alias("musc.IUploadGrain")]
public interface IUploadGrain : IGrainWithStringKey
{
    /// <summary>Writes a part of a file; the same part again changes nothing.</summary>
    /// <param name="name">The image's name, with forward slashes.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="bytes">At most <see cref="MessageSize.Limit"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The path at which silos find the file.</returns>
    [Alias("write"), ResponseTimeout("00:00:20")]
    Task<string> WriteAsync(string name, long offset, byte[] bytes, CancellationToken cancellationToken);
}
