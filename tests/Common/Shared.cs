namespace MuSc.Tests;

/// <summary>The folder beside the project that holds golden values and real images, where there is one.</summary>
public static class Shared
{
    /// <summary>The project's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The shared folder, whether or not it is there.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Root, "..", "shared"));

    /// <summary>A file or folder below <see cref="Folder"/>.</summary>
    public static string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MuSc.Distributed.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("No MuSc.Distributed.sln above the test's folder.");
    }
}
