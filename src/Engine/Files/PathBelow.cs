namespace MuSc.Engine.Files;

/// <summary>The one way from a name that somebody else chose to a path below a folder of ours.</summary>
public static class PathBelow
{
    /// <summary>The path of a file.</summary>
    /// <param name="folder">The folder that it lies below.</param>
    /// <param name="name">Its name, with forward slashes.</param>
    /// <exception cref="JobException">The name would lead elsewhere, or is none.</exception>
    public static string Of(string folder, string name) => PathRules.StaysBelow(name)
        ? Path.Combine(folder, name.Replace('/', Path.DirectorySeparatorChar))
        : throw new JobException(JobErrorKind.Usage, $"'{name}' is no name of a file: give a relative path without '..' and control characters.");

    /// <summary>The folder of a job or an upload.</summary>
    /// <param name="folder">The folder that it lies in.</param>
    /// <param name="identifier">Its identifier.</param>
    /// <exception cref="JobException">The identifier is none.</exception>
    public static string OfIdentifier(string folder, string identifier) => PathRules.IsIdentifier(identifier)
        ? Path.Combine(folder, identifier)
        : throw new JobException(
            JobErrorKind.Usage,
            $"'{identifier}' is no identifier: give at most {PathRules.LongestIdentifier} letters, digits, '.', '_' and '-', a letter or digit first.");

    /// <summary>Whether a file lies below one of some folders, when links are followed.</summary>
    /// <param name="path">Its path; a file that is absent lies nowhere.</param>
    /// <param name="folders">The folders.</param>
    public static bool IsReally(string path, IEnumerable<string> folders) =>
        !path.Any(char.IsControl) && File.Exists(path) && Real(path) is var real && folders.Any(folder => Directory.Exists(folder) && PathRules.IsBelow(real, Real(folder)));

    // The path without links in it: each part is looked at, since any folder on the way may be one.
    private static string Real(string path)
    {
        string full = Path.GetFullPath(path);
        string real = Path.GetPathRoot(full)!;
        foreach (string part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            real = new FileInfo(real).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? real;
        }

        return real;
    }
}
