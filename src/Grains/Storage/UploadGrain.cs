using MuSc.Engine.Files;
using MuSc.Grains.Compute;
using MuSc.Grains.Placement;

namespace MuSc.Grains.Storage;

/// <summary>See <see cref="IUploadGrain"/> and <see cref="IUploadKeeperGrain"/>. One call after the other: what is looked at does not change meanwhile.</summary>
[RequireRole(SiloRoles.Coordinate)]
public sealed class UploadGrain(MuScOptions options, ComputePool pool, TimeProvider time) : Grain, IUploadGrain, IUploadKeeperGrain
{
    // How exactly it is known when something was last done.
    private static readonly TimeSpan TouchedEvery = TimeSpan.FromMinutes(1);

    private UploadContents? _contents;
    private DateTimeOffset _touched;

    private UploadFolder Folder => new(options.ResultsRoot, this.GetPrimaryKeyString());

    public async Task WriteAsync(string name, long offset, byte[] bytes, CancellationToken cancellationToken)
    {
        MessageSize.Guard(bytes.Length, $"A part of {name}");
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        UploadFolder folder = Folder;
        _ = PathBelow.Of(folder.Files, name);
        UploadContents contents = await ContentsAsync(cancellationToken);
        if (contents.Admit(name, offset, bytes.Length))
        {
            await OnDiskAsync(
                Lane.Messages,
                () =>
                {
                    Touch(folder);
                    contents.Write(name, offset, bytes);
                    return true;
                },
                cancellationToken);
        }
    }

    public async Task<string> CompleteAsync(string name, long length, string sha256, CancellationToken cancellationToken)
    {
        _ = PathBelow.Of(Folder.Files, name);
        if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigitLower))
        {
            throw new JobException(JobErrorKind.Usage, "A SHA-256 has 64 lower-case hexadecimal digits.");
        }

        UploadContents contents = await ContentsAsync(cancellationToken);
        return await OnDiskAsync(Lane.Checks, () => contents.Complete(name, length, sha256), cancellationToken);
    }

    public async Task TakeAsync(string job, IReadOnlyList<string> names)
    {
        UploadFolder folder = Folder;
        string mark = PathBelow.OfIdentifier(folder.Jobs, job);
        UploadContents contents = await ContentsAsync(CancellationToken.None);
        await OnDiskAsync(
            Lane.Messages,
            () =>
            {
                contents.Check(names);
                folder.Touch(time.GetUtcNow());
                Directory.CreateDirectory(folder.Jobs);
                AtomicFile.Write(mark, _ => { }, flushToDisk: true);
                Durable.FlushFolder(folder.Whole);
                return true;
            },
            CancellationToken.None);
    }

    public async Task ReleaseAsync(string job)
    {
        UploadFolder folder = Folder;
        string mark = PathBelow.OfIdentifier(folder.Jobs, job);
        if (File.Exists(mark))
        {
            File.Delete(mark);
            if (!Directory.EnumerateFiles(folder.Jobs).Any())
            {
                await DeleteAsync(folder);
            }
        }
    }

    public async Task<bool> SweepAsync(DateTimeOffset now)
    {
        UploadFolder folder = Folder;
        if (!Directory.Exists(folder.Whole) || now - folder.Touched < options.UploadTime)
        {
            return false;
        }

        foreach ((string job, _) in UploadFolder.Below(folder.Jobs))
        {
            // A job that ended without a word, or whose submission was given up.
            if (await GrainFactory.GetGrain<IJobGrain>(job).StatusAsync(CancellationToken.None) is { HasEnded: false })
            {
                folder.Touch(now);
                return false;
            }
        }

        await DeleteAsync(folder);
        return true;
    }

    private async Task DeleteAsync(UploadFolder folder)
    {
        (_contents, _touched) = (null, default);
        await OnDiskAsync(Lane.Checks, () => JobFolder.Delete(folder.Whole), CancellationToken.None);
        DeactivateOnIdle();
    }

    // Read from the disk once; from then on this grain alone changes it.
    private async Task<UploadContents> ContentsAsync(CancellationToken cancellationToken) =>
        _contents ??= await OnDiskAsync(Lane.Messages, () => new UploadContents(Folder, options), cancellationToken);

    private void Touch(UploadFolder folder)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now - _touched >= TouchedEvery)
        {
            folder.Touch(now);
            _touched = now;
        }
    }

    private async Task<T> OnDiskAsync<T>(Lane lane, Func<T> work, CancellationToken cancellationToken)
    {
        UploadFolder folder = Folder;
        try
        {
            return await pool.RunAsync(lane, this.GetPrimaryKeyString(), work, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What is in memory may not be what is on the disk.
            (_contents, _touched) = (null, default);
            throw new IOException(DiskError.Of(folder.Whole, error).Message);
        }
    }
}
