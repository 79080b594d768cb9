using MuSc.Contracts;

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

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
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
            if (Directory.Exists(input))
            {
                roots.Add(FolderSearch.Find(input, recursive, problems));
            }
            else if (File.Exists(input))
            {
                if (ImageList.IsList(input))
                {
                    roots.Add(ImageList.Read(input, problems));
                }
                else
                {
                    files.Add(Path.GetFullPath(input));
                }
            }
            else if (GlobPattern.IsPattern(input))
            {
                roots.Add(GlobPattern.Find(input, problems));
            }
            else
            {
                problems.Add($"{input}: there is no such file or folder");
            }
        }

        if (files.Count > 0)
        {
            roots.Add(ImageRoot.Of(files));
        }

        return problems.Count == 0 ? ImageNames.Give(roots) : throw new JobException(JobErrorKind.Input, Tell(problems));
    }

    private static string Tell(List<string> problems)
    {
        string shown = string.Join(Environment.NewLine, problems.Take(MostShown));
        return problems.Count > MostShown ? $"{shown}{Environment.NewLine}… and {problems.Count - MostShown} more." : shown + ".";
    }
}
