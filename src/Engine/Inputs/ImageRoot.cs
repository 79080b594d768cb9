using MuSc.Contracts;

namespace MuSc.Engine.Inputs;

/// <summary>Some files and the folder that their names begin below.</summary>
/// <param name="Folder">Absolute path.</param>
/// <param name="Files">Absolute paths.</param>
internal sealed record ImageRoot(string Folder, IReadOnlyList<string> Files)
{
    /// <summary>Files below their deepest common folder.</summary>
    public static ImageRoot Of(IReadOnlyList<string> files)
        => new(CommonFolder(files.Select(file => Path.GetDirectoryName(file)!)), files);

    /// <summary>The deepest folder that holds all of some folders, which may be one of them.</summary>
    public static string CommonFolder(IEnumerable<string> folders)
    {
        string? common = null;
        foreach (string folder in folders)
        {
            common ??= folder;
            while (!PathRules.IsBelow(folder, common))
            {
                common = Path.GetDirectoryName(common) ?? string.Empty;
            }
        }

        return common ?? string.Empty;
    }

    /// <summary>A path below a folder, with forward slashes.</summary>
    public static string Relative(string folder, string path)
    {
        string relative = folder.Length == 0 ? path : Path.GetRelativePath(folder, path);
        return Path.DirectorySeparatorChar == '/' ? relative : relative.Replace(Path.DirectorySeparatorChar, '/');
    }
}
