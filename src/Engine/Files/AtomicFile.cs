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
    /// <param name="flushToDisk">Whether to wait until the contents are on the disk, so that they outlive a loss of power.</param>
    /// <exception cref="IOException">It cannot be written; nothing stays.</exception>
    public static void Write(string path, Action<Stream> write, bool flushToDisk = false)
    {
        using AtomicFile file = new(path);
        write(file.Stream);
        file.Complete(flushToDisk);
    }

    /// <summary>Gives the file its name.</summary>
    /// <param name="flushToDisk">Whether to wait until the contents are on the disk first.</param>
    /// <exception cref="IOException">It cannot be replaced.</exception>
    public void Complete(bool flushToDisk = false)
    {
        Stream.Flush(flushToDisk);
        Stream.Dispose();
        File.Move(_aside, _path, overwrite: true);
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
