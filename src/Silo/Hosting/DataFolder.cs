namespace MuSc.Silo.Hosting;

/// <summary>
/// The data folder of a cluster on one machine: job records (<c>musc.db</c>), results and uploads, and scratch space. One server
/// at a time: it holds a lock that the operating system releases whenever and however the process ends.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(FileStream held) => _lock = held;

    /// <summary>The file of job records in a data folder.</summary>
    public static string Records(string folder) => Path.Combine(folder, "musc.db");

    /// <summary>Where features go that do not fit in memory.</summary>
    public static string Scratch(string folder) => Path.Combine(folder, "scratch");

    /// <summary>Where the keys lie with which cookies are signed.</summary>
    public static string CookieKeys(string folder) => Path.Combine(folder, "cookie-keys");

    /// <summary>Takes the folder, creating it where it is missing, and deletes what a killed server left in its scratch space.</summary>
    /// <exception cref="JobException">Another server uses it, or it cannot be written.</exception>
    public static DataFolder Take(string folder)
    {
        FileStream held;
        try
        {
            Directory.CreateDirectory(folder);
            held = new(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (Directory.Exists(folder))
        {
            throw new JobException(JobErrorKind.Resource, $"Another server uses the data folder {folder}; stop it, or choose another folder with --data. ({error.Message})", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JobException(JobErrorKind.Resource, $"The data folder {folder} cannot be used: {error.Message}", error);
        }

        // Only where a server has been before: the user's own folder may have one of that name.
        if (File.Exists(Records(folder)) && Directory.Exists(Scratch(folder)))
        {
            Directory.Delete(Scratch(folder), recursive: true);
        }

        return new(held);
    }

    public void Dispose() => _lock.Dispose();
}
