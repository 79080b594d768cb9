namespace MuSc.Engine.Report;

/// <summary>Everything that <c>report.html</c> shows.</summary>
public sealed record ReportData
{
    /// <summary>Images in the gallery at most; the rest is counted and pointed to.</summary>
    public const int GalleryLimit = 500;

    /// <summary>What was scored, for people: a folder's name, a file's name.</summary>
    public required string Title { get; init; }

    /// <summary>When the job ended.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Scores of all images that were scored, in any order.</summary>
    public required IReadOnlyList<double> Scores { get; init; }

    /// <summary>The gallery: the most anomalous images by rank, at most <see cref="GalleryLimit"/>.</summary>
    public required IReadOnlyList<ReportImage> Gallery { get; init; }

    /// <summary>Images that were left out, and what is wrong with them. The default is none.</summary>
    public IReadOnlyList<(string Name, string Reason)> Skipped { get; init; } = [];

    /// <summary>Names and values of the settings.</summary>
    public required IReadOnlyList<(string Name, string Value)> Settings { get; init; }

    /// <summary>Names and values of machine and versions.</summary>
    public required IReadOnlyList<(string Name, string Value)> Machine { get; init; }

    /// <summary>Phases in order, with their time.</summary>
    public required IReadOnlyList<(string Name, TimeSpan Time)> Phases { get; init; }
}

/// <summary>One image of the gallery.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Rank">1 for the most anomalous.</param>
/// <param name="Score">Score after RsCIN.</param>
/// <param name="ScoreBefore">Score before RsCIN.</param>
/// <param name="Width">Columns of the original, 0 where there is none.</param>
/// <param name="Height">Rows of the original.</param>
/// <param name="Image">The image as WebP; empty where there is none.</param>
/// <param name="Overlay">The image with its heat map as WebP, of the same size; or the heat map alone.</param>
/// <param name="OverlayFile">The larger heat map, relative to the report, with forward slashes; null where there is none.</param>
public sealed record ReportImage(
    string Name, int Rank, double Score, double ScoreBefore, int Width, int Height, byte[] Image, byte[] Overlay, string? OverlayFile);
