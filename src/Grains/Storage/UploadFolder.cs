using MuSc.Engine.Files;

namespace MuSc.Grains.Storage;

/// <summary>
/// Where an upload's files lie below the results root. All that is known of an upload is what lies here, so that it outlives every
/// silo.
/// </summary>
/// <param name="root">The results root.</param>
/// <param name="upload">The upload.</param>
/// <exception cref="JobException">The upload's identifier is none.</exception>
public sealed class UploadFolder(string root, string upload)
{
    private const string FilesName = "files";

    private readonly string _folder = PathBelow.OfIdentifier(Uploads(root), upload);

    /// <summary>All that the upload has on the disk.</summary>
    public string Whole => _folder;

    /// <summary>Files that have arrived whole.</summary>
    public string Files => Path.Combine(_folder, FilesName);

    /// <summary>Files of which parts have arrived.</summary>
    public string Parts => Path.Combine(_folder, "parts");

    /// <summary>An empty file for each job that uses the upload.</summary>
    public string Jobs => Path.Combine(_folder, "jobs");

    /// <summary>When something was last done with the upload.</summary>
    public DateTimeOffset Touched => File.Exists(Stamp) ? File.GetLastWriteTimeUtc(Stamp) : Directory.GetLastWriteTimeUtc(_folder);

    private string Stamp => Path.Combine(_folder, "touched");

    /// <summary>The uploads that have a folder.</summary>
    /// <param name="root">The results root.</param>
    public static IReadOnlyList<string> All(string root) => Uploads(root) is var uploads && Directory.Exists(uploads)
        ? [.. Directory.EnumerateDirectories(uploads).Select(folder => Path.GetFileName(folder)).Where(PathRules.IsIdentifier)]
        : [];

    /// <summary>Which file of which upload a path stands for.</summary>
    /// <param name="root">The results root.</param>
    /// <param name="path">Any path.</param>
    /// <returns>The upload and the file's name in it; null for a path of anything else.</returns>
    public static (string Upload, string Name)? Find(string root, string path)
    {
        string uploads = Path.GetFullPath(Uploads(root));
        string full = Path.GetFullPath(path);
        string[] parts = PathRules.IsBelow(full, uploads) ? Path.GetRelativePath(uploads, full).Split(Path.DirectorySeparatorChar, 3) : [];
        return parts.Length == 3 && parts[1] == FilesName && PathRules.IsIdentifier(parts[0])
            ? (parts[0], parts[2].Replace(Path.DirectorySeparatorChar, '/'))
            : null;
    }

    /// <summary>Whether a path lies among the uploads, of whatever.</summary>
    /// <param name="root">The results root.</param>
    /// <param name="path">Any path.</param>
    public static bool IsAmong(string root, string path) => PathRules.IsBelow(Path.GetFullPath(path), Path.GetFullPath(Uploads(root)));

    /// <summary>Notes that something was done with the upload.</summary>
    public void Touch(DateTimeOffset now)
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllBytes(Stamp, []);
        File.SetLastWriteTimeUtc(Stamp, now.UtcDateTime);
    }

    /// <summary>Names of the files below one of its folders, with forward slashes, and their lengths in bytes.</summary>
    public static IEnumerable<(string Name, long Bytes)> Below(string folder) => Directory.Exists(folder)
        ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file.Length))
        : [];

    private static string Uploads(string root) => Path.Combine(root, "uploads");
}
