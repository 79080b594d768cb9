using MuSc.Contracts;

namespace MuSc.Engine.Results;

/// <summary>What a report is about, for people: the last two parts of the images' common folder, or the tokens' file.</summary>
internal static class ReportTitle
{
    public static string Of(ScoringJobSpec spec)
    {
        if (spec.TokensFile is { } tokens)
        {
            return LastTwo(Path.GetFullPath(tokens));
        }

        string? common = null;
        foreach (string folder in spec.Images.Select(image => Path.GetDirectoryName(Path.GetFullPath(image.Path)) ?? ""))
        {
            common ??= folder;
            while (common.Length > 0 && folder != common && !folder.StartsWith(WithSeparator(common), StringComparison.Ordinal))
            {
                common = Path.GetDirectoryName(common) ?? "";
            }
        }

        return common is { Length: > 0 } ? LastTwo(common) : "Images";
    }

    private static string WithSeparator(string folder) =>
        Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;

    private static string LastTwo(string path)
    {
        string[] parts = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? "Images" : string.Join('/', parts.TakeLast(2));
    }
}
