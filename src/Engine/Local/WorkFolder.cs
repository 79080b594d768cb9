using MuSc.Engine.Files;

namespace MuSc.Engine.Local;

/// <summary>
/// Where a job keeps features and snapshots while it runs. Nobody else works in it. What a dead run left is taken over
/// when the job resumes and removed otherwise; after the job only a resuming one's features stay.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly string _folder;
    private readonly bool _keep;
    private readonly FolderLock _lock;

    private WorkFolder(string folder, bool keep, FolderLock taken)
    {
        (_folder, _keep, _lock) = (folder, keep, taken);
        Features = Directory.CreateDirectory(Path.Combine(folder, "features")).FullName;
        Snapshots = Directory.CreateDirectory(Path.Combine(folder, "snapshots")).FullName;
    }

    /// <summary>Folder of the feature store.</summary>
    public string Features { get; }

    /// <summary>Folder of scoring's snapshots.</summary>
    public string Snapshots { get; }

    /// <summary>Where a job works: below its scratch folder, or hidden beside its results.</summary>
    public static string PlaceOf(string output, string? scratch)
    {
        string place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        return scratch is null
            ? Path.Combine(Path.GetDirectoryName(place)!, $".{Path.GetFileName(place)}.musc-work")
            : Path.Combine(Path.GetFullPath(scratch), $"musc-{Path.GetFileName(place)}");
    }

    /// <summary>Begins to work in a folder.</summary>
    /// <param name="folder">The folder; it need not be there.</param>
    /// <param name="resume">Whether to take over what is there, and to keep the features in the end.</param>
    /// <exception cref="JobException">Another job works there, or it cannot be written to.</exception>
    public static WorkFolder Begin(string folder, bool resume) => DiskError.Tell(folder, () =>
    {
        Directory.CreateDirectory(folder);
        FolderLock taken = FolderLock.TryTake(folder)
            ?? throw new JobException(JobErrorKind.Resource, $"{folder}: another job is at work on the same results; wait for it, or choose another folder.");
        if (!resume)
        {
            Clear(folder);
        }

        return new WorkFolder(folder, resume, taken);
    });

    /// <summary>The job is done: nothing is left to resume.</summary>
    public void Complete() => Directory.Delete(Snapshots, recursive: true);

    public void Dispose()
    {
        if (!_keep)
        {
            Clear(_folder);
        }

        _lock.Dispose();
        if (!Directory.EnumerateFileSystemEntries(_folder).Any())
        {
            Directory.Delete(_folder);
        }
    }

    private static void Clear(string folder)
    {
        foreach (string left in Directory.GetDirectories(folder))
        {
            Directory.Delete(left, recursive: true);
        }
    }
}

/// <summary>
/// Keys of the images whose extraction was begun, in a file that outlives the process however it ends: the next run reads
/// from it what it does again. No result depends on it.
/// </summary>
internal sealed class ExtractionRecord
{
    private readonly string _path;

    /// <param name="folder">The folder of the features; what an earlier run left there is replaced.</param>
    /// <exception cref="JobException">The file cannot be written.</exception>
    public ExtractionRecord(string folder)
    {
        _path = Path.Combine(folder, "begun");
        Before = File.Exists(_path) ? new HashSet<string>(File.ReadLines(_path)) : [];
        DiskError.Tell(_path, () => File.WriteAllText(_path, string.Empty));
    }

    /// <summary>What an earlier run began.</summary>
    public IReadOnlySet<string> Before { get; }

    /// <summary>Some images' extraction begins.</summary>
    public void Begin(IEnumerable<string> keys) => DiskError.Tell(_path, () => File.AppendAllLines(_path, keys));
}
