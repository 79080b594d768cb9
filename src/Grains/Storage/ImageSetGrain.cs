using MuSc.Engine.Files;
using MuSc.Grains.Compute;
using MuSc.Grains.Placement;

namespace MuSc.Grains.Storage;

/// <summary>See <see cref="IImageSetGrain"/> and <see cref="ISetKeeperGrain"/>. One call after the other: what is looked at does not change meanwhile.</summary>
[RequireRole(SiloRoles.Coordinate)]
public sealed class ImageSetGrain(MuScOptions options, ComputePool pool, TimeProvider time) : Grain, IImageSetGrain, ISetKeeperGrain
{
    // How exactly it is known when something was last done.
    private static readonly TimeSpan TouchedEvery = TimeSpan.FromMinutes(1);

    // What nobody goes on with for so long is of a sender that is gone.
    private static readonly TimeSpan PartTime = TimeSpan.FromHours(1);

    private SetContents? _contents;
    private DateTimeOffset _touched;

    private SetFolder Folder => new(options.ResultsRoot, this.GetPrimaryKeyString());

    public async Task<bool> CreateAsync(NewImageSet given, CancellationToken cancellationToken)
    {
        SetFolder folder = Folder;
        string problems = string.Join(Environment.NewLine, ScoringJobValidation.Label(given.Name, given.Metadata, given.Owner));
        if (problems.Length > 0)
        {
            throw new JobException(JobErrorKind.Usage, problems);
        }

        if (await FindAsync(cancellationToken) is { } there)
        {
            return ContractJson.Of(there.Record.Given).Utf8.AsSpan().SequenceEqual(ContractJson.Of(given).Utf8)
                ? false
                : throw new JobException(JobErrorKind.Conflict, $"There is another set {folder.Id} already.");
        }

        DateTimeOffset now = time.GetUtcNow();
        await OnDiskAsync(
            Lane.Messages,
            () =>
            {
                folder.Create(new(given, now));
                folder.Touch(now);
                return true;
            },
            cancellationToken);
        return true;
    }

    public async Task<ImageSet?> DescribeAsync(CancellationToken cancellationToken) => (await FindAsync(cancellationToken))?.Description;

    public async Task<SetImage[]> ImagesAsync(string after, int limit, CancellationToken cancellationToken) =>
        (await ContentsAsync(cancellationToken)).Images(after, limit);

    public async Task WriteAsync(string part, long offset, byte[] bytes, CancellationToken cancellationToken)
    {
        MessageSize.Guard(bytes.Length, $"A part of {part}");
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        SetFolder folder = Folder;
        SetContents contents = await ContentsAsync(cancellationToken);
        await OnDiskAsync(
            Lane.Messages,
            () =>
            {
                Touch(folder);
                contents.Write(part, offset, bytes);
                return true;
            },
            cancellationToken);
    }

    public async Task<AddedImage> CompleteAsync(string part, SetImage image, bool replace, CancellationToken cancellationToken)
    {
        if (!PathRules.IsSentName(image.Name))
        {
            throw new JobException(
                JobErrorKind.Usage,
                $"'{image.Name}' cannot name an image in the results: a name is a relative path without '..', backslashes and control characters, of at most {PathRules.LongestSentName} bytes.");
        }

        if (image.Sha256.Length != 64 || !image.Sha256.All(char.IsAsciiHexDigitLower))
        {
            throw new JobException(JobErrorKind.Usage, "A SHA-256 has 64 lower-case hexadecimal digits.");
        }

        SetContents contents = await ContentsAsync(cancellationToken);
        if (replace)
        {
            await CheckUnusedAsync();
        }

        return await OnDiskAsync(Lane.Checks, () => contents.Complete(part, image, replace), cancellationToken);
    }

    public async Task ForgetAsync(string part, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } contents)
        {
            contents.Forget(part);
        }
    }

    public async Task DeleteImageAsync(string name, CancellationToken cancellationToken)
    {
        SetContents contents = await ContentsAsync(cancellationToken);
        await CheckUnusedAsync();
        await OnDiskAsync(
            Lane.Messages,
            () =>
            {
                contents.Remove(name);
                return true;
            },
            cancellationToken);
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        await ContentsAsync(cancellationToken);
        await CheckUnusedAsync();
        await DeleteFolderAsync();
    }

    public async Task TakeAsync(string job)
    {
        SetFolder folder = Folder;
        string mark = PathBelow.OfIdentifier(folder.Jobs, job);
        await ContentsAsync(CancellationToken.None);
        await OnDiskAsync(
            Lane.Messages,
            () =>
            {
                folder.Touch(time.GetUtcNow());
                AtomicFile.Write(mark, _ => { }, flushToDisk: true);
                return true;
            },
            CancellationToken.None);
    }

    public async Task ReleaseAsync(string job)
    {
        SetFolder folder = Folder;
        if (await FindAsync(CancellationToken.None) is { } contents)
        {
            File.Delete(PathBelow.OfIdentifier(folder.Jobs, job));
            if (contents.Record.Given.WithJob && !Directory.EnumerateFiles(folder.Jobs).Any())
            {
                await DeleteFolderAsync();
            }
        }
    }

    public async Task<bool> SweepAsync(DateTimeOffset now)
    {
        SetFolder folder = Folder;
        if (await FindAsync(CancellationToken.None) is not { } contents)
        {
            return false;
        }

        contents.ForgetBefore(now - PartTime);
        if (now - folder.Touched < options.SetTime)
        {
            return false;
        }

        // One of which nobody knows was deleted without a word, or its submission was given up.
        if (await FirstJobAsync(_ => true) is not null)
        {
            folder.Touch(now);
            return false;
        }

        await DeleteFolderAsync();
        return true;
    }

    private async Task CheckUnusedAsync()
    {
        if (await FirstJobAsync(job => !job.HasEnded) is { } job)
        {
            throw new JobException(JobErrorKind.Conflict, $"The job {job.Id}, which has not ended, uses the set {this.GetPrimaryKeyString()}: cancel it, or wait for its end.");
        }
    }

    private async Task<JobStatus?> FirstJobAsync(Func<JobStatus, bool> wanted)
    {
        foreach (string job in Directory.EnumerateFiles(Folder.Jobs).Select(mark => Path.GetFileName(mark)))
        {
            if (await GrainFactory.GetGrain<IJobGrain>(job).StatusAsync(CancellationToken.None) is { } status && wanted(status))
            {
                return status;
            }
        }

        return null;
    }

    private async Task DeleteFolderAsync()
    {
        SetFolder folder = Folder;
        (_contents, _touched) = (null, default);
        await OnDiskAsync(Lane.Checks, () => JobFolder.Delete(folder.Whole), CancellationToken.None);
        DeactivateOnIdle();
    }

    // Read from the disk once; from then on this grain alone changes it.
    private async Task<SetContents?> FindAsync(CancellationToken cancellationToken) =>
        _contents ??= await OnDiskAsync(Lane.Messages, () => SetContents.Open(Folder, options), cancellationToken);

    private async Task<SetContents> ContentsAsync(CancellationToken cancellationToken) => await FindAsync(cancellationToken)
        ?? throw new JobException(JobErrorKind.NotFound, $"There is no set {this.GetPrimaryKeyString()}; it may have been deleted after {options.SetTime} without use.");

    private void Touch(SetFolder folder)
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
        SetFolder folder = Folder;
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

/// <summary>See <see cref="IImageSetIndexGrain"/>. What lies on the disk is the index.</summary>
[RequireRole(SiloRoles.Coordinate)]
public sealed class ImageSetIndexGrain(MuScOptions options, ComputePool pool) : Grain, IImageSetIndexGrain
{
    public async Task<ImageSet[]> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        string[] wanted = await pool.RunAsync(Lane.Messages, GrainKeys.Index, () => Find(query), cancellationToken);
        ImageSet?[] sets = await Task.WhenAll(wanted.Select(set => GrainFactory.GetGrain<IImageSetGrain>(set).DescribeAsync(cancellationToken)));
        return [.. sets.OfType<ImageSet>()];
    }

    private string[] Find(JobQuery query)
    {
        IEnumerable<(string Id, SetRecord Record)> all = SetFolder.All(options.ResultsRoot)
            .Select(set => (set, new SetFolder(options.ResultsRoot, set).Read()))
            .Where(entry => entry.Item2 is { } record && (query.Owner is null || record.Given.Owner == query.Owner))
            .Select(entry => (entry.set, entry.Item2!));
        return [.. ListPlace.After(query.After, all, set => new(set.Record.Created, set.Id)).Take(Math.Clamp(query.Limit, 0, JobQuery.MostAtOnce)).Select(set => set.Id)];
    }
}
