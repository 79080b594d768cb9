namespace MuSc.Engine.Files;

/// <summary>A further name of a file, on file systems that have them.</summary>
public static partial class HardLink
{
    /// <summary>Gives a file a further name.</summary>
    /// <returns>Whether it has it: not where the file is absent, the name is taken, or the file system has no hard links.</returns>
    public static bool TryMake(string existing, string path) =>
        File.Exists(existing) && (OperatingSystem.IsWindows() ? CreateHardLink(path, existing, 0) : Link(existing, path) == 0);

    /// <summary>Gives a file a further name, or copies it where that cannot be.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void MakeOrCopy(string existing, string path)
    {
        if (!TryMake(existing, path))
        {
            File.Copy(existing, path);
        }
    }

    /// <summary>The same for all files below a folder.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Tree(string existing, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string below in Directory.EnumerateDirectories(existing))
        {
            Tree(below, Path.Combine(folder, Path.GetFileName(below)));
        }

        foreach (string file in Directory.EnumerateFiles(existing))
        {
            MakeOrCopy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string path, string existing, nint security);
}
