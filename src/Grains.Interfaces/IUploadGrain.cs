namespace MuSc.Grains;

/// <summary>
/// Receives images that the cluster cannot reach otherwise; keyed by the upload. A file is there once all its parts have arrived and it
/// was completed; what is not used for a while is deleted (<c>MuSc:UploadTime</c>).
/// </summary>
[Alias("musc.IUploadGrain")]
public interface IUploadGrain : IGrainWithStringKey
{
    /// <summary>Writes a part of a file; the same part again changes nothing, and one of a file that is there already is not looked at.</summary>
    /// <param name="name">The image's name, with forward slashes.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="bytes">At most <see cref="MessageSize.Limit"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">The name is none, or the upload would have more files or bytes than the cluster takes.</exception>
    [Alias("write-part"), ResponseTimeout("00:00:20")]
    Task WriteAsync(string name, long offset, byte[] bytes, CancellationToken cancellationToken);

    /// <summary>Says that all parts of a file have been written; again for the same file changes nothing.</summary>
    /// <param name="name">The image's name, with forward slashes.</param>
    /// <param name="length">Bytes of the whole file.</param>
    /// <param name="sha256">SHA-256 of the whole file, 64 lower-case hexadecimal digits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The path at which silos find the file, which is on the disk.</returns>
    /// <exception cref="JobException">Something else has arrived; it is forgotten and can be sent again.</exception>
    [Alias("complete"), ResponseTimeout("00:05:00")]
    Task<string> CompleteAsync(string name, long length, string sha256, CancellationToken cancellationToken);
}
