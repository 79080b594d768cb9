using System.Text.Json;

namespace MuSc.Engine.Files;

/// <summary>
/// The folder of a job's results. It is filled aside, as <c>name.partial-…</c> beside its place, and takes its name whole;
/// without <see cref="Complete"/> nothing stays. What a dead process left aside for the same place is removed.
/// </summary>
public sealed class OutputFolder : IDisposable
{
    private readonly string _place;
    private FolderLock? _lock;

    private OutputFolder(string place, string aside, FolderLock? taken) => (_place, Aside, _lock) = (place, aside, taken);

    /// <summary>Where results are written until they are complete.</summary>
    public string Aside { get; }

    /// <summary>Begins a folder of results.</summary>
    /// <param name="folder">Its place.</param>
    /// <param name="force">Whether an existing folder may be replaced where it holds what this program writes; nothing else is ever replaced.</param>
    /// <exception cref="JobException">The place is taken, or cannot be written to.</exception>
    public static OutputFolder Begin(string folder, bool force)
    {
        string place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string? parent = Path.GetDirectoryName(place);
        string? problem = File.Exists(place) ? "there is a file of this name; choose another folder for the results"
            : Directory.Exists(place) && Directory.EnumerateFileSystemEntries(place).Any() ? !force
                ? "the folder is not empty; choose another one, or replace what is in it with --force"
                : IsOurs(place) ? null : "the folder holds other things than results of an earlier run, which --force does not replace; choose another one"
            : parent is null ? "results need a folder of their own"
            : null;
        if (problem is not null)
        {
            throw new JobException(JobErrorKind.Usage, $"{folder}: {problem}.");
        }

        return DiskError.Name(folder, () =>
        {
            Directory.CreateDirectory(parent!);
            string prefix = Path.GetFileName(place) + ".partial-";
            RemoveAbandoned(parent!, prefix);
            string aside = Path.Combine(parent!, prefix + Guid.NewGuid().ToString("n")[..12]);
            Directory.CreateDirectory(aside);
            return new OutputFolder(place, aside, FolderLock.TryTake(aside));
        });
    }

    /// <summary>Puts the results in their place; what was there goes.</summary>
    /// <returns>The place.</returns>
    public string Complete() => DiskError.Name(_place, () =>
    {
        _lock?.Dispose();
        _lock = null;
        string old = $"{_place}.old-{Guid.NewGuid():n}";
        if (Directory.Exists(_place))
        {
            Directory.Move(_place, old);
        }

        Directory.Move(Aside, _place);
        Durable.FlushFolder(Path.GetDirectoryName(_place)!);
        if (Directory.Exists(old))
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

    // Results of a job, arrays of tokens, the images of a demonstration, or an export for FiftyOne.
    private static bool IsOurs(string place)
    {
        string?[] names = [.. Directory.EnumerateFileSystemEntries(place).Select(Path.GetFileName)];
        return IsOurRun(Path.Combine(place, "run.json"))
            || (names.Contains("tokens.npy") && !names.Except(["tokens.npy", "class_tokens.npy", "images.txt"]).Any())
            || (names.Contains("truth.csv") && !names.Except(["truth.csv", "images"]).Any())
            || (names.Contains("samples.json") && !names.Except(["samples.json", "metadata.json", "masks", "heatmaps", FolderLock.Name]).Any());
    }

    private static bool IsOurRun(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using JsonDocument run = JsonDocument.Parse(file);
            return run.RootElement.GetProperty("program").GetProperty("name").GetString() == "musc";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return false;
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
    public static WorkFolder Begin(string folder, bool resume) => DiskError.Name(folder, () =>
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

    private static void Clear(string folder) => Array.ForEach(Directory.GetDirectories(folder), left => Directory.Delete(left, recursive: true));
}

/// <summary>
/// Marks a folder as in use by a living process. A process that dies, however it dies, lets go of it; so a folder that
/// can be locked has nobody who works in it.
/// </summary>
internal sealed class FolderLock(FileStream file) : IDisposable
{
    /// <summary>The name of the file that marks a folder as taken.</summary>
    public const string Name = ".lock";

    /// <summary>Takes a folder, or gives null where another process or job has it.</summary>
    public static FolderLock? TryTake(string folder)
    {
        try
        {
            return new(new FileStream(
                Path.Combine(folder, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Lets go, and takes the mark away.</summary>
    public void Dispose() => file.Dispose();
}
