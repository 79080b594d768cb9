using MuSc.Engine.Files;

namespace MuSc.Engine.Results;

/// <summary>
/// The folder of a job's results. It is filled aside, as <c>name.partial-…</c> beside its place, and takes its name whole;
/// without <see cref="Complete"/> nothing stays. What a dead process left aside for the same place is removed.
/// </summary>
public sealed class OutputFolder : IDisposable
{
    private readonly string _place;
    private FolderLock? _lock;

    private OutputFolder(string place, string aside, FolderLock taken)
    {
        _place = place;
        Aside = aside;
        _lock = taken;
    }

    /// <summary>Where results are written until they are complete.</summary>
    public string Aside { get; }

    /// <summary>Begins a folder of results.</summary>
    /// <param name="folder">Its place.</param>
    /// <param name="force">Whether an existing, non-empty folder may be replaced.</param>
    /// <exception cref="JobException">The place is taken, or cannot be written to.</exception>
    public static OutputFolder Begin(string folder, bool force)
    {
        string place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(place))
        {
            throw new JobException(JobErrorKind.Usage, $"{folder}: there is a file of this name; choose another folder for the results.");
        }

        if (!force && Directory.Exists(place) && Directory.EnumerateFileSystemEntries(place).Any())
        {
            throw new JobException(
                JobErrorKind.Usage, $"{folder}: the folder is not empty; choose another one, or replace what is in it with --force.");
        }

        string? parent = Path.GetDirectoryName(place);
        if (parent is null)
        {
            throw new JobException(JobErrorKind.Usage, $"{folder}: results need a folder of their own.");
        }

        return DiskError.Tell(folder, () =>
        {
            Directory.CreateDirectory(parent);
            string prefix = Path.GetFileName(place) + ".partial-";
            RemoveAbandoned(parent, prefix);
            string aside = Path.Combine(parent, prefix + Guid.NewGuid().ToString("n")[..12]);
            Directory.CreateDirectory(aside);
            return new OutputFolder(place, aside, FolderLock.TryTake(aside)!);
        });
    }

    /// <summary>Puts the results in their place; what was there goes.</summary>
    /// <returns>The place.</returns>
    public string Complete() => DiskError.Tell(_place, () =>
    {
        _lock?.Dispose();
        _lock = null;
        string? old = null;
        if (Directory.Exists(_place))
        {
            old = $"{_place}.old-{Guid.NewGuid():n}";
            Directory.Move(_place, old);
        }

        Directory.Move(Aside, _place);
        if (old is not null)
        {
            Directory.Delete(old, recursive: true);
        }

        return _place;
    });

    public void Dispose()
    {
        _lock?.Dispose();
        if (Directory.Exists(Aside))
        {
            Directory.Delete(Aside, recursive: true);
        }
    }

    private static void RemoveAbandoned(string parent, string prefix)
    {
        foreach (string folder in Directory.GetDirectories(parent, prefix + "*"))
        {
            if (FolderLock.TryTake(folder) is { } taken)
            {
                taken.Dispose();
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
