using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace MuSc.Features.Models;

/// <summary>
/// Downloads one file: into <c>NAME.part</c> beside it, on from what an earlier attempt left there, and under its own name only
/// when whole. A broken connection is taken up again, after a pause that doubles.
/// </summary>
/// <param name="client">The client; its timeout should cover one response's headers, not the whole file.</param>
/// <param name="time">The clock of the pauses.</param>
public sealed class FileDownload(HttpClient client, TimeProvider time)
{
    private const int Attempts = 6;
    private const int BufferBytes = 1 << 17;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromMinutes(1);

    /// <summary>Downloads a file.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="sha256">What it must hold, 64 lower-case hexadecimal digits, or none.</param>
    /// <param name="remedy">What to do if it holds something else, a sentence; the default is to run this again.</param>
    /// <param name="progress">Receives reports as bytes arrive.</param>
    /// <param name="cancellationToken">Stops; what has arrived is kept for the next time.</param>
    /// <returns>SHA-256 of what was downloaded, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="ModelException">It cannot be downloaded, or is not the file that was asked for.</exception>
    public async Task<string> DownloadAsync(
        Uri address, string path, string? sha256, string? remedy, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        PartialFile part = new(path);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await FetchAsync(address, part, sha256 is not null, progress, cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (Exception error) when (IsOfTheNetwork(error, cancellationToken))
            {
                if (attempt == Attempts || IsFinal(error, attempt))
                {
                    throw new ModelException(
                        $"{address} could not be downloaded ({error.Message.TrimEnd('.')}). Run this again where there is a network (what has arrived is kept), or get the file in another way and put it at {path}.",
                        error);
                }

                await Task.Delay(s_firstPause * (1 << (attempt - 1)), time, cancellationToken).ConfigureAwait(false);
            }
        }

        string found = await Sha256File.ComputeAsync(part.Path, cancellationToken).ConfigureAwait(false);
        if (sha256 is not null && found != sha256)
        {
            part.Delete();
            throw new ModelException(
                $"{address} gave a file with SHA-256 {found}, not {sha256}: it was damaged on the way or has changed there. It was removed. {remedy ?? "Run this again."}");
        }

        part.Finish(path);
        return found;
    }

    private async Task FetchAsync(Uri address, PartialFile part, bool verified, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);

        // Without a checksum and a version, what is there may be of another file than what would be added.
        long start = verified || part.Version is not null ? part.Length : 0;
        if (start > 0)
        {
            request.Headers.Range = new RangeHeaderValue(start, null);
            request.Headers.IfRange = part.Version is { } version ? new RangeConditionHeaderValue(EntityTagHeaderValue.Parse(version)) : null;
        }

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && response.Content.Headers.ContentRange?.Length == start)
        {
            return;
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"the server answers {(int)response.StatusCode} {response.ReasonPhrase}", null, response.StatusCode);
        }

        // A server that starts from the beginning, or from another byte than asked, has not resumed.
        bool resumed = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == start;
        start = resumed ? start : 0;
        part.Version = response.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : null;
        long? total = response.Content.Headers.ContentLength + start;
        using FileStream file = part.Open(start);
        using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[BufferBytes];
        using CancellationTokenSource stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stalled.CancelAfter(s_longestSilence);
        for (int read; (read = await body.ReadAsync(buffer, stalled.Token).ConfigureAwait(false)) > 0;)
        {
            stalled.CancelAfter(s_longestSilence);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            progress?.Report(new DownloadProgress(file.Position, total));
        }

        if (file.Position < total)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"the connection ended after {file.Position} of {total} bytes");
        }
    }

    private static bool IsOfTheNetwork(Exception error, CancellationToken cancellationToken) => error switch
    {
        HttpRequestException or HttpIOException or IOException { InnerException: SocketException } => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };

    // A refusal stays one; and where not even the first attempt reaches a server there is no network.
    private static bool IsFinal(Exception error, int attempt) => error is HttpRequestException refused
        && (refused.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Gone
            || (attempt == 1 && refused.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError));
}

/// <summary>How far a download is.</summary>
/// <param name="Done">Bytes that are there, earlier attempts included.</param>
/// <param name="Total">Bytes in all, where the server says it.</param>
public readonly record struct DownloadProgress(long Done, long? Total);

/// <summary>What has arrived of a file, and which version of it (its entity tag) that is.</summary>
/// <param name="target">Where the whole file will lie.</param>
internal sealed class PartialFile(string target)
{
    private readonly string _versionPath = target + ".part.version";

    public string Path { get; } = target + ".part";

    /// <summary>Bytes that have arrived; 0 where none have.</summary>
    public long Length => new FileInfo(Path) is { Exists: true } file ? file.Length : 0;

    /// <summary>The entity tag of the version that they are of, or none.</summary>
    public string? Version
    {
        get => File.Exists(_versionPath) ? File.ReadAllText(_versionPath) : null;
        set
        {
            if (value is null)
            {
                File.Delete(_versionPath);
            }
            else
            {
                File.WriteAllText(_versionPath, value);
            }
        }
    }

    /// <summary>Opens the file to go on after so many bytes; what lies behind them is dropped.</summary>
    public FileStream Open(long start)
    {
        FileStream file = new(Path, FileMode.OpenOrCreate, FileAccess.Write);
        file.SetLength(start);
        file.Position = start;
        return file;
    }

    /// <summary>Gives the whole file its name.</summary>
    public void Finish(string path)
    {
        File.Move(Path, path, overwrite: true);
        File.Delete(_versionPath);
    }

    public void Delete()
    {
        File.Delete(Path);
        File.Delete(_versionPath);
    }
}
