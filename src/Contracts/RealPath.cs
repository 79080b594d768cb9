namespace MuSc.Contracts;

/// <summary>Paths with the links in them followed: where a file really lies.</summary>
public static class RealPath
{
    // As many as Linux follows; more are a circle.
    private const int MostLinks = 40;

    /// <summary>The path of a file without links in it. Parts that are absent stay as they are.</summary>
    /// <param name="path">Any path; <c>.</c> and <c>..</c> are taken out first, as .NET does when it opens a file.</param>
    /// <exception cref="IOException">The links go round in a circle.</exception>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        string real = Path.GetPathRoot(full)!;
        Stack<string> left = new();
        Push(full[real.Length..]);
        for (int links = 0; left.TryPop(out string? part);)
        {
            // Only a link's target still has them, and there they follow the links before them.
            if (part is "." or "..")
            {
                real = part == "." ? real : Path.GetDirectoryName(real) ?? real;
                continue;
            }

            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"{path} leads through more than {MostLinks} links.");
            }

            string root = Path.GetPathRoot(target)!;
            real = root.Length > 0 ? root : real;
            Push(target[root.Length..]);
        }

        return real;

        void Push(string relative)
        {
            foreach (string part in relative.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                left.Push(part);
            }
        }
    }

    /// <summary>Whether a file lies below one of some folders when links are followed, or would if it were there.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="folders">The folders; one that is absent has nothing below it.</param>
    public static bool IsBelow(string path, IEnumerable<string> folders)
    {
        try
        {
            string real = Of(path);
            return folders.Any(folder => Directory.Exists(folder) && PathRules.IsBelow(real, Of(folder)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
