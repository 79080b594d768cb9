namespace MuSc.Contracts;

/// <summary>Rules for paths that can be checked without opening a file.</summary>
public static class PathRules
{
    /// <summary>Whether a text can name an image in the results: a relative path with forward slashes, without <c>.</c> and <c>..</c>.</summary>
    public static bool IsImageName(string name) =>
        name.Length > 0 && name[^1] != '/' && !Path.IsPathRooted(name) && !name.Split('/').Any(part => part is "" or "." or "..");

    /// <summary>Whether a path is a folder or lies below it.</summary>
    public static bool IsBelow(string path, string folder) =>
        folder.Length == 0
        || string.Equals(path, folder, StringComparison.Ordinal)
        || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
