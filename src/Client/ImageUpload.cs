using System.Security.Cryptography;
using MuSc.Contracts.Http;

namespace MuSc.Client;

/// <summary>An image on its way into a set by HTTP. From a stream that can be sought it is sent again after a broken connection.</summary>
internal sealed class ImageUpload
{
    // A larger one is begun when the server is known to want it.
    private const int AskFrom = 1 << 20;

    private readonly string _name;
    private readonly Stream _bytes;
    private readonly string? _digest;
    private readonly long? _begin;
    private bool _sent;

    private ImageUpload(string name, Stream bytes, string? digest)
    {
        (_name, _bytes, _digest) = (name, bytes, digest);
        _begin = bytes.CanSeek ? bytes.Position : null;
    }

    /// <summary>Gets an image ready; its digest is computed where nobody knows it and the stream can be read twice.</summary>
    /// <param name="name">Its name in the results.</param>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="sha256">The file's SHA-256, where that is known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">The name or the digest is none.</exception>
    public static async Task<ImageUpload> OfAsync(string name, Stream bytes, string? sha256, CancellationToken cancellationToken)
    {
        if (!PathRules.IsSentName(name))
        {
            throw new JobException(JobErrorKind.Usage, $"'{name}' cannot name an image: a name is a relative path with '/', without empty, '.' and '..' parts, backslashes and control characters, of at most {PathRules.LongestSentName} bytes.");
        }

        if (sha256 is null && bytes.CanSeek)
        {
            long begin = bytes.Position;
            sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken));
            bytes.Position = begin;
        }

        try
        {
            return new(name, bytes, sha256 is null ? null : ContentDigest.Of(sha256));
        }
        catch (FormatException error)
        {
            throw new JobException(JobErrorKind.Usage, $"'{sha256}' is no SHA-256: give 64 hexadecimal digits.", error);
        }
    }

    /// <summary>A request that sends it.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="moved">Called while bytes are read.</param>
    /// <exception cref="JobException">It was sent before and cannot be read again.</exception>
    public HttpRequestMessage Request(string path, Action moved)
    {
        if (_begin is { } begin)
        {
            _bytes.Position = begin;
        }
        else if (_sent)
        {
            throw new JobException(JobErrorKind.Resource, $"The connection broke while '{_name}' was sent, and its stream cannot be read twice: send it again.");
        }

        _sent = true;
        HttpRequestMessage request = ApiPaths.Request(HttpMethod.Put, path, new StreamContent(new MovingStream(_bytes, moved)));
        request.Content!.Headers.ContentType = new("application/octet-stream");
        request.Content.Headers.ContentLength = _bytes.CanSeek ? _bytes.Length - _bytes.Position : null;
        request.Headers.ExpectContinue = !(request.Content.Headers.ContentLength < AskFrom);
        if (_digest is not null)
        {
            request.Headers.Add("Content-Digest", _digest);
        }

        return request;
    }
}
