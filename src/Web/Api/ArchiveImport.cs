using System.Formats.Tar;
using System.IO.Compression;
using MuSc.Contracts.Http;
using MuSc.Engine.Inputs;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary>
/// Puts the images of an archive into a set, one after the other. Nothing else of the archive is taken: no link, no path that leads
/// elsewhere, no file that is no image by its name, nothing that is many times as large as it looks.
/// </summary>
/// <param name="sets">Where sets are.</param>
/// <param name="set">The set.</param>
/// <param name="options">The limits.</param>
internal sealed class ArchiveImport(IImageSets sets, string set, WebOptions options)
{
    public const string Zip = "application/zip";
    public const string Tar = "application/x-tar";

    // Of a hostile archive with many entries, not more than one answer can hold.
    private const int MostRefused = 1_000;

    private readonly List<RefusedEntry> _refused = [];
    private int _entries;
    private int _added;

    /// <summary>Imports it.</summary>
    /// <exception cref="ApiProblem">It is no archive, or larger than it may be.</exception>
    public async Task<ImportResource> RunAsync(string? contentType, Stream archive, CancellationToken cancellationToken)
    {
        try
        {
            switch (contentType?.Split(';')[0].Trim().ToLowerInvariant())
            {
                case Zip:
                    await ZipAsync(archive, cancellationToken);
                    break;
                case Tar:
                    await TarAsync(archive, cancellationToken);
                    break;
                default:
                    throw new ApiProblem(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"An archive is {Zip} or {Tar}.") { Param = "Content-Type" };
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw ApiProblem.Invalid("body", $"The archive is damaged: {error.Message} Images before that place were taken: {_added}.");
        }

        return new(_added, _refused);
    }

    // A zip's list of entries is at its end.
    private async Task ZipAsync(Stream archive, CancellationToken cancellationToken)
    {
        string path = Path.Combine(options.Scratch, $"musc-{Guid.NewGuid():N}.zip");
        await using FileStream file = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await archive.CopyToAsync(file, cancellationToken);
        file.Position = 0;
        await using ZipArchive zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => !entry.FullName.EndsWith('/')))
        {
            string? reason = Problem(entry.FullName)
                ?? (entry.IsEncrypted ? "it is encrypted"
                : IsLink(entry) ? "it is a link"
                : entry.Length > options.ImageBytes ? $"it has more than {options.ImageBytes} bytes"
                : entry.Length > Math.Max(entry.CompressedLength, 1) * options.ArchiveRatio ? $"it is more than {options.ArchiveRatio} times as large as packed" : null);
            if (reason is null)
            {
                await using Stream bytes = await entry.OpenAsync(cancellationToken);
                await AddAsync(entry.FullName, bytes, entry.Length, cancellationToken);
            }
            else
            {
                Refuse(entry.FullName, reason);
            }
        }
    }

    private async Task TarAsync(Stream archive, CancellationToken cancellationToken)
    {
        await using TarReader tar = new(archive, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }

            string? reason = Problem(entry.Name)
                ?? (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) ? "it is no file"
                : entry.Length > options.ImageBytes ? $"it has more than {options.ImageBytes} bytes" : null);
            if (reason is null)
            {
                await AddAsync(entry.Name, entry.DataStream ?? Stream.Null, entry.Length, cancellationToken);
            }
            else
            {
                Refuse(entry.Name, reason);
            }
        }
    }

    private string? Problem(string name)
    {
        if (++_entries > options.ArchiveEntries)
        {
            throw ApiProblem.TooLarge(nameof(WebOptions.ArchiveEntries), $"The archive has more than {options.ArchiveEntries} entries. Images before that were taken: {_added}.");
        }

        return !PathRules.IsSentName(name) ? "its name is no relative path with '/', or too long"
            : !ImageSetResolver.IsImage(name) ? "it is no image by its name"
            : null;
    }

    private async Task AddAsync(string name, Stream bytes, long length, CancellationToken cancellationToken)
    {
        try
        {
            await using LimitedStream limited = new(bytes, length);
            AddedImage added = await sets.PutImageAsync(set, name, limited, new(), cancellationToken);
            _added += added.IsNew ? 1 : 0;
        }
        catch (JobException error) when (error.Kind == JobErrorKind.Conflict)
        {
            Refuse(name, error.Message);
        }
    }

    private void Refuse(string name, string reason)
    {
        if (_refused.Count < MostRefused)
        {
            _refused.Add(new(name.Length > PathRules.LongestSentName ? name[..PathRules.LongestSentName] : name, reason));
        }
    }

    // Links are marked in the attributes that Unix programs write.
    private static bool IsLink(ZipArchiveEntry entry) => (((uint)entry.ExternalAttributes >> 16) & 0xF000) == 0xA000;
}

/// <summary>A stream that is an error where it has more bytes than it says.</summary>
internal sealed class LimitedStream(Stream inner, long length) : ReadOnlyStream
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        return (_read += read) <= length ? read : throw new InvalidDataException("An entry has more bytes than it says.");
    }
}
