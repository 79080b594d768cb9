using Microsoft.Win32.SafeHandles;

namespace MuSc.Engine.Files;

/// <summary>Waits until the disk has what was written, so that it outlives a loss of power.</summary>
public static partial class Durable
{
    private const int ReadOnly = 0;

    /// <summary>The contents of a file.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public static void Flush(string file)
    {
        using SafeFileHandle handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Which names a folder has, and of what: a new or renamed file is lost with them. Windows sees to it by itself.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // The base library opens no folders.
        using SafeFileHandle handle = Open(folder, ReadOnly);
        if (handle.IsInvalid)
        {
            throw new IOException($"{folder} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>All that was written below a folder.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void FlushTree(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                Flush(file);
            }

            return;
        }

        // The whole file system at once: thousands of files one by one take much longer.
        using SafeFileHandle handle = Open(folder, ReadOnly);
        if (handle.IsInvalid || FlushFileSystem(handle) != 0)
        {
            throw new IOException($"{folder} cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int FlushFileSystem(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
