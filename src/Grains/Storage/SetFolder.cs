using System.Text.Json;
using MuSc.Engine.Files;

namespace MuSc.Grains.Storage;

/// <summary>
/// Where a set of images lies below the results root. All that is known of a set is what lies here, so that it outlives every silo.
/// Files are called by their SHA-256: whatever an image's name is, it is no path.
/// </summary>
/// <param name="root">The results root.</param>
/// <param name="set">The set.</param>
/// <exception cref="JobException">The set's identifier is none.</exception>
public sealed class SetFolder(string root, string set)
{
    private const string ImagesName = "images";

    private readonly string _folder = PathBelow.OfIdentifier(Sets(root), set);

    /// <summary>The set.</summary>
    public string Id => set;

    /// <summary>All that the set has on the disk.</summary>
    public string Whole => _folder;

    /// <summary>Files that have arrived whole.</summary>
    public string Images => Path.Combine(_folder, ImagesName);

    /// <summary>Files of which parts have arrived.</summary>
    public string Parts => Path.Combine(_folder, "parts");

    /// <summary>An empty file for each job that uses the set.</summary>
    public string Jobs => Path.Combine(_folder, "jobs");

    /// <summary>Which image has which file.</summary>
    public string Manifest => Path.Combine(_folder, "images.jsonl");

    /// <summary>When something was last done with the set.</summary>
    public DateTimeOffset Touched => File.Exists(Stamp) ? File.GetLastWriteTimeUtc(Stamp) : Directory.GetLastWriteTimeUtc(_folder);

    /// <summary>Files of the same bytes, shared by sets.</summary>
    public static string Blobs(string root) => Path.Combine(root, "blobs");

    private string Stamp => Path.Combine(_folder, "touched");

    private string About => Path.Combine(_folder, "set.json");

    /// <summary>The sets that have a folder.</summary>
    /// <param name="root">The results root.</param>
    public static IReadOnlyList<string> All(string root) => Sets(root) is var sets && Directory.Exists(sets)
        ? [.. Directory.EnumerateDirectories(sets).Select(folder => Path.GetFileName(folder)).Where(PathRules.IsIdentifier)]
        : [];

    /// <summary>Which file of which set a path stands for.</summary>
    /// <param name="root">The results root.</param>
    /// <param name="path">Any path.</param>
    /// <returns>The set and the file's SHA-256; null for a path of anything else.</returns>
    public static (string Set, string Sha256)? Find(string root, string path)
    {
        string sets = Path.GetFullPath(Sets(root));
        string full = Path.GetFullPath(path);
        string[] parts = PathRules.IsBelow(full, sets) ? Path.GetRelativePath(sets, full).Split(Path.DirectorySeparatorChar) : [];
        return parts is [var set, ImagesName, var file] && PathRules.IsIdentifier(set) ? (set, file) : null;
    }

    /// <summary>Whether a path lies among sets and their files, of whatever.</summary>
    /// <param name="root">The results root.</param>
    /// <param name="path">Any path.</param>
    public static bool IsAmong(string root, string path) =>
        new[] { Sets(root), Blobs(root) }.Any(folder => PathRules.IsBelow(Path.GetFullPath(path), Path.GetFullPath(folder)));

    /// <summary>Where an image's file lies, or is to lie.</summary>
    public string FileOf(string sha256) => Path.Combine(Images, sha256);

    /// <summary>What is known of the set, without its images; null where it was not made.</summary>
    /// <exception cref="IOException">The disk does not say.</exception>
    public SetRecord? Read() => File.Exists(About) ? JsonSerializer.Deserialize<SetRecord>(File.ReadAllBytes(About)) : null;

    /// <summary>Makes the set, on the disk.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Create(SetRecord record)
    {
        Directory.CreateDirectory(Images);
        Directory.CreateDirectory(Parts);
        Directory.CreateDirectory(Jobs);
        AtomicFile.Write(About, file => JsonSerializer.Serialize(file, record), flushToDisk: true);
        Durable.FlushFolder(Sets(root));
        Durable.FlushFolder(root);
    }

    /// <summary>Notes that something was done with the set.</summary>
    public void Touch(DateTimeOffset now)
    {
        File.WriteAllBytes(Stamp, []);
        File.SetLastWriteTimeUtc(Stamp, now.UtcDateTime);
    }

    private static string Sets(string root) => Path.Combine(root, "sets");
}

/// <summary>What is stored of a set besides its images.</summary>
/// <param name="Given">What its maker says of it.</param>
/// <param name="Created">When it was made.</param>
public sealed record SetRecord(NewImageSet Given, DateTimeOffset Created);
