namespace MuSc.Engine.Inputs;

/// <summary>
/// Turns what a user gives (files, folders, patterns such as <c>shots/**/*.png</c>, and .txt or .csv lists) into the images
/// of a job. Images are sorted by name, ordinally; a file that was given twice counts once. Hidden files and, in folders,
/// files that are not images by their extension are passed over; files that are named are kept whatever they are called.
/// </summary>
/// <remarks>
/// A name is the path below the folder given, below the fixed part of a pattern, below the common folder of the files
/// given, or below the folder of a list. Where names of two such roots collide, the roots' names (and where that does not
/// help, their paths below their common folder) go before the names.
/// </remarks>
public static class ImageSetResolver
{
    private const int MostShown = 20;

    /// <summary>The extensions of images, with their dot; upper and lower case are the same.</summary>
    public static IReadOnlySet<string> Extensions { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".jpg", ".jpeg", ".jpe", ".tif", ".tiff", ".webp", ".bmp", ".dib",
    };

    /// <summary>Whether a file is an image by its extension.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <summary>Finds the images.</summary>
    /// <param name="inputs">Files, folders, patterns or lists, at least one.</param>
    /// <param name="recursive">Whether folders are searched with their subfolders.</param>
    /// <exception cref="JobException">Something was not found, or there is no image.</exception>
    public static IReadOnlyList<ImageFile> Resolve(IReadOnlyList<string> inputs, bool recursive)
    {
        if (inputs.Count == 0)
        {
            throw new JobException(JobErrorKind.Usage, "No images were given: name files, folders, a pattern or a .txt or .csv list.");
        }

        List<string> problems = [];
        List<ImageRoot> roots = [];
        List<string> files = [];
        foreach (string input in inputs)
        {
            bool isFile = File.Exists(input), isFolder = Directory.Exists(input);
            try
            {
                if (isFile && !ImageList.IsList(input))
                {
                    files.Add(Path.GetFullPath(input));
                }
                else if (isFile || isFolder || GlobPattern.IsPattern(input))
                {
                    roots.Add(isFile ? ImageList.Read(input, problems)
                        : isFolder ? FolderSearch.Find(input, recursive, problems)
                        : GlobPattern.Find(input, problems));
                }
                else
                {
                    problems.Add($"{input}: there is no such file or folder");
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                problems.Add($"{input}: it cannot be {(isFile || isFolder ? "read" : "searched")}: {error.Message.TrimEnd('.')}");
            }
        }

        if (files.Count > 0)
        {
            roots.Add(ImageRoot.Of(files));
        }

        return problems.Count == 0 ? ImageNames.Give(roots) : throw new JobException(JobErrorKind.Input, Describe(problems));
    }

    private static string Describe(List<string> problems)
    {
        string shown = string.Join(Environment.NewLine, problems.Take(MostShown));
        return problems.Count > MostShown ? $"{shown}{Environment.NewLine}… and {problems.Count - MostShown} more." : shown + ".";
    }
}

/// <summary>Gives images their names: as short as can be without two of the same.</summary>
internal static class ImageNames
{
    /// <summary>The images of all roots, sorted by name, each file once.</summary>
    public static IReadOnlyList<ImageFile> Give(IReadOnlyList<ImageRoot> roots)
    {
        string common = ImageRoot.CommonFolder(roots.Select(root => root.Folder));
        Func<ImageRoot, string, string>[] ways =
        [
            (root, file) => ImageRoot.Relative(root.Folder, file),
            (root, file) => $"{Path.GetFileName(root.Folder)}/{ImageRoot.Relative(root.Folder, file)}",
            (_, file) => ImageRoot.Relative(common, file),
        ];
        foreach (Func<ImageRoot, string, string> way in ways)
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            List<ImageFile> images =
                [.. roots.SelectMany(root => root.Files.Where(seen.Add).Select(file => new ImageFile(way(root, file), file)))];
            if (images.DistinctBy(image => image.Name, StringComparer.Ordinal).Count() == images.Count)
            {
                images.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
                return images;
            }
        }

        throw new JobException(JobErrorKind.Input, "Two images have the same name.");
    }
}

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
        => (folder.Length == 0 ? path : Path.GetRelativePath(folder, path)).Replace(Path.DirectorySeparatorChar, '/');
}
