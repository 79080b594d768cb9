namespace MuSc.Grains.Compute;

/// <summary>Threads that the system prefers less than others.</summary>
internal static partial class Courtesy
{
    // About a tenth of the time of a thread that does not give way (Linux: the weights of its scheduler are 110 and 1024).
    private const int Nice = 10;

    /// <summary>Lets other threads go before the calling one, for good; it still gets a share when all processors are busy.</summary>
    public static void GiveWay()
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        if (OperatingSystem.IsLinux())
        {
            // The runtime does nothing about priorities there. It fails where the process itself has given way even more: then all is well.
            _ = SetPriority(0, 0, Nice);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int priority);
}
