namespace MuSc.Engine.Files;

/// <summary>
/// A file that is written aside, in the same folder, and takes its name when it is complete, so that whoever opens it finds
/// the whole file or the one before it. Without <see cref="Complete"/> nothing stays.
/// </summary>
/// <remarks>What a killed process leaves ends in <see cref="Extension"/>.</remarks>
public sealed class AtomicFile : IDisposable
{
    /// <summary>How the names of unfinished files end.</summary>
    public const string Extension = ".tmp";

    // Snapshots write a patch's values at a time.
    private const int BufferBytes = 1 << 16;

    private readonly string _path;
    private readonly string _aside;

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file, in an existing folder; one that is there is replaced in the end.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public AtomicFile(string path)
    {
        _path = path;
        _aside = $"{path}.{Guid.NewGuid():N}{Extension}";
        Stream = new FileStream(_aside, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, BufferBytes);
    }

    /// <summary>What is written so far, to read and to write; its handle takes parts in any order (<see cref="RandomAccess"/>).</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a whole file.</summary>
    /// <param name="path">The file, in an existing folder; one that is there is replaced.</param>
    /// <param name="write">Writes the contents.</param>
    /// <param name="flushToDisk">Whether to wait until the contents and the name are on the disk, so that they outlive a loss of power.</param>
    /// <exception cref="IOException">It cannot be written; nothing stays.</exception>
    public static void Write(string path, Action<Stream> write, bool flushToDisk = false)
    {
        using AtomicFile file = new(path);
        write(file.Stream);
        file.Complete(flushToDisk);
    }

    /// <summary>Gives the file its name.</summary>
    /// <param name="flushToDisk">Whether to wait until the contents and the name are on the disk.</param>
    /// <exception cref="IOException">It cannot be replaced.</exception>
    public void Complete(bool flushToDisk = false)
    {
        Stream.Flush(flushToDisk);
        Stream.Dispose();
        File.Move(_aside, _path, overwrite: true);
        if (flushToDisk)
        {
            Durable.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        }
    }

    /// <summary>Closes the file, and deletes it unless it was completed.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        finally
        {
            File.Delete(_aside);
        }
    }
}

/// <summary>Reports errors of the disk as errors of the job: a full or read-only disk is a resource that does not suffice.</summary>
public static class DiskError
{
    private const int NoSpaceUnix = 28;
    private const int QuotaUnix = 122;
    private const int NoSpaceWindows = unchecked((int)0x80070070);

    /// <summary>The job's error for a failure to write a file.</summary>
    public static JobException Of(string path, Exception error)
    {
        string what = error.HResult is NoSpaceUnix or NoSpaceWindows or QuotaUnix
            ? "the disk is full; free some space or choose another folder"
            : error is UnauthorizedAccessException
                ? "it may not be written; choose a folder that you may write to"
                : error.Message.TrimEnd('.');
        return new(JobErrorKind.Resource, $"{path}: {what}.", error);
    }

    /// <summary>Does something that writes to <paramref name="path"/>; its failure names the path and what to do.</summary>
    /// <exception cref="JobException">The disk is full, or the place cannot be written to.</exception>
    public static void Name(string path, Action write) => Name(path, () =>
    {
        write();
        return true;
    });

    /// <summary>Does something that writes to <paramref name="path"/>; its failure names the path and what to do.</summary>
    /// <exception cref="JobException">The disk is full, or the place cannot be written to.</exception>
    public static T Name<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Of(path, error);
        }
    }
}
