namespace MuSc.Engine.Results;

/// <summary>
/// Names of an image's files in the results: its own name without extension, in the same tree. Where that would be the
/// same for two images (<c>a.png</c> and <c>a.jpg</c>, also where only case tells them apart) both keep their extension:
/// <c>a.png.tiff</c> and <c>a.jpg.tiff</c>; what still collides gets a number.
/// </summary>
public static class ResultStems
{
    /// <summary>One stem for each name, all different, with forward slashes.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> names)
    {
        string[] plain = [.. names.Select(WithoutExtension)];
        HashSet<string> shared = new(
            plain.GroupBy(stem => stem, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key),
            StringComparer.OrdinalIgnoreCase);
        HashSet<string> taken = new(plain.Where(stem => !shared.Contains(stem)), StringComparer.OrdinalIgnoreCase);
        return [.. plain.Select((stem, at) => shared.Contains(stem) ? Free(names[at], taken) : stem)];
    }

    /// <summary>Where a file of an image lies, its folder made.</summary>
    public static string Place(string folder, string kind, string stem, string extension)
    {
        string path = Path.Combine(folder, kind, stem.Replace('/', Path.DirectorySeparatorChar) + extension);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private static string WithoutExtension(string name)
    {
        int dot = name.LastIndexOf('.');
        return dot > name.LastIndexOf('/') + 1 ? name[..dot] : name;
    }

    private static string Free(string name, HashSet<string> taken)
    {
        string free = name;
        for (int number = 2; !taken.Add(free); number++)
        {
            free = $"{name}~{number}";
        }

        return free;
    }
}
