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
        List<string> files = [];
        try
        {
            files = [.. Walk(root, recursive).Where(ImageSetResolver.IsImage)];
            if (files.Count == 0)
            {
                bool deeper = !recursive && Walk(root, recursive: true).Any(ImageSetResolver.IsImage);
                problems.Add($"{folder}: there is no image in this folder" + (deeper ? "; -r searches its subfolders too" : string.Empty));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{folder}: it cannot be read: {error.Message.TrimEnd('.')}");
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
