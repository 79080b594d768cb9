using System.IO.Enumeration;

namespace MuSc.Engine.Inputs;

/// <summary>Finds the images of a folder.</summary>
internal static class FolderSearch
{
    /// <summary>Files that are images by their extension and are not hidden.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="recursive">Whether its subfolders are searched too, hidden ones excepted.</param>
    /// <param name="problems">Gets what went wrong.</param>
    public static ImageRoot Find(string folder, bool recursive, List<string> problems)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string[] files = [.. Walk(root, recursive).Where(ImageSetResolver.IsImage)];
        if (files.Length == 0)
        {
            bool deeper = !recursive && Walk(root, recursive: true).Any(ImageSetResolver.IsImage);
            problems.Add($"{folder}: there is no image in this folder" + (deeper ? "; -r searches its subfolders too" : string.Empty));
        }

        return new(root, files);
    }

    /// <summary>All files that are not hidden.</summary>
    public static IEnumerable<string> Walk(string folder, bool recursive) => Directory.EnumerateFiles(folder, "*", new EnumerationOptions
    {
        RecurseSubdirectories = recursive,
        IgnoreInaccessible = false,
        // On Unix that is what begins with a dot; hidden folders are not entered.
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        MatchType = MatchType.Simple,
    });
}

/// <summary>
/// Patterns of paths: <c>*</c> and <c>?</c> within a name, <c>**</c> for any folders. Brackets mean themselves, as in many
/// file names.
/// </summary>
internal static class GlobPattern
{
    private static readonly char[] Wild = ['*', '?'];

    /// <summary>Whether a path holds a wildcard.</summary>
    public static bool IsPattern(string path) => path.IndexOfAny(Wild) >= 0;

    /// <summary>
    /// Files that match and are not hidden. They must be images by their extension unless the pattern names another one.
    /// </summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="problems">Gets what went wrong.</param>
    public static ImageRoot Find(string pattern, List<string> problems)
    {
        string[] parts = Path.GetFullPath(pattern).Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        int fixedParts = Array.FindIndex(parts, IsPattern);
        string root = string.Join(Path.DirectorySeparatorChar, parts[..fixedParts]);
        root = root.Length == 0 || root.EndsWith(':') ? root + Path.DirectorySeparatorChar : root;
        bool anyKind = Path.GetExtension(parts[^1]) is { Length: > 1 } extension && !IsPattern(extension);
        bool deep = parts.Length - fixedParts > 1;
        string[] files = Directory.Exists(root)
            ? [.. FolderSearch.Walk(root, deep).Where(file => (anyKind || ImageSetResolver.IsImage(file))
                && Matches(parts.AsSpan(fixedParts), Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)))]
            : [];
        if (files.Length == 0)
        {
            problems.Add($"{pattern}: no image matches");
        }

        return new(Path.TrimEndingDirectorySeparator(root), files);
    }

    /// <summary>Whether the names of a path match the parts of a pattern.</summary>
    public static bool Matches(ReadOnlySpan<string> parts, ReadOnlySpan<string> names)
    {
        if (parts is ["**", ..])
        {
            return Matches(parts[1..], names) || (!names.IsEmpty && Matches(parts, names[1..]));
        }

        return parts.IsEmpty || names.IsEmpty
            ? parts.IsEmpty && names.IsEmpty
            : FileSystemName.MatchesSimpleExpression(parts[0], names[0], ignoreCase: false) && Matches(parts[1..], names[1..]);
    }
}
