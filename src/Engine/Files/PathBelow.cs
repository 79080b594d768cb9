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
}
