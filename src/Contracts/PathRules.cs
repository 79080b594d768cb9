using System.Diagnostics.CodeAnalysis;

namespace MuSc.Contracts;

/// <summary>Rules for names and paths that can be checked without opening a file.</summary>
public static class PathRules
{
    /// <summary>Characters of the longest identifier.</summary>
    public const int LongestIdentifier = 100;

    /// <summary>Characters of the longest image name.</summary>
    public const int LongestImageName = 1000;

    /// <summary>Bytes (UTF-8) of the longest name of an image that is sent.</summary>
    public const int LongestSentName = 400;

    /// <summary>Whether a text can identify a job or an upload: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, a letter or digit first.</summary>
    public static bool IsIdentifier(string? text) =>
        text is { Length: > 0 and <= LongestIdentifier }
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    /// <summary>An identifier that nothing has yet; those of later times sort behind.</summary>
    public static string NewIdentifier(DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..8]}");

    /// <summary>A name as part of an address, each of its parts escaped.</summary>
    public static string InAddress(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Whether a text can name an image in the results: a path below a folder of at most <see cref="LongestImageName"/> characters.</summary>
    public static bool IsImageName([NotNullWhen(true)] string? name) => name is { Length: <= LongestImageName } && StaysBelow(name);

    /// <summary>Whether a text can name an image that is sent: the same on every system, at most <see cref="LongestSentName"/> bytes.</summary>
    public static bool IsSentName([NotNullWhen(true)] string? name) =>
        IsImageName(name) && !name.Contains('\\', StringComparison.Ordinal) && !name.Contains('\uFFFD', StringComparison.Ordinal)
        && System.Text.Encoding.UTF8.GetByteCount(name) <= LongestSentName;

    /// <summary>Whether a text is a relative path with forward slashes, without <c>.</c> and <c>..</c> and without control characters.</summary>
    public static bool StaysBelow(string name) =>
        name.Length > 0
        && !Path.IsPathRooted(name)
        && !name.Any(char.IsControl)
        && !name.Split('/', Path.DirectorySeparatorChar).Any(part => part is "" or "." or "..");

    /// <summary>Whether a path is a folder or lies below it.</summary>
    public static bool IsBelow(string path, string folder) =>
        folder.Length == 0
        || string.Equals(path, folder, StringComparison.Ordinal)
        || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
