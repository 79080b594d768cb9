namespace MuSc.Engine.Files;

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

    /// <summary>Does something that writes to <paramref name="path"/> and reports its failure.</summary>
    /// <exception cref="JobException">The disk is full, or the place cannot be written to.</exception>
    public static void Tell(string path, Action write) => Tell(path, () =>
    {
        write();
        return true;
    });

    /// <summary>Does something that writes to <paramref name="path"/> and reports its failure.</summary>
    /// <exception cref="JobException">The disk is full, or the place cannot be written to.</exception>
    public static T Tell<T>(string path, Func<T> write)
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
