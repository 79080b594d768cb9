namespace MuSc.Engine.Files;

/// <summary>
/// Marks a folder as in use by a living process. A process that dies, however it dies, lets go of it; so a folder that
/// can be locked has nobody who works in it.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string Name = ".lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

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
    public void Dispose() => _file.Dispose();
}
