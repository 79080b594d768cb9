using MuSc.Engine.Overlays;
using MuSc.Scoring.Decisions;

namespace MuSc.Engine.Report;

/// <summary>Everything that <c>report.html</c> shows.</summary>
/// <param name="Title">What was scored, for people: a folder's name, a file's name.</param>
/// <param name="Created">When the job ended.</param>
/// <param name="Decision">What was decided.</param>
/// <param name="Scale">The scale of the heat maps.</param>
/// <param name="Lines">Lines of all images that were scored, in any order.</param>
/// <param name="Gallery">The gallery: the most anomalous images by rank, at most <see cref="GalleryLimit"/>.</param>
/// <param name="Repeats">Images that may show a defect that many show; null where that was not asked.</param>
/// <param name="Skipped">Images that were left out, and what is wrong with them.</param>
/// <param name="Settings">Names and values of the settings.</param>
/// <param name="Machine">Names and values of machine and versions.</param>
/// <param name="Phases">Phases in order, with their time.</param>
public sealed record ReportData(
    string Title, DateTimeOffset Created, DecisionRule Decision, HeatScale Scale, IReadOnlyList<ImageResult> Lines, IReadOnlyList<ReportImage> Gallery, IReadOnlyList<RisingImage>? Repeats,
    IReadOnlyList<(string Name, string Reason)> Skipped, IReadOnlyList<(string Name, string Value)> Settings,
    IReadOnlyList<(string Name, string Value)> Machine, IReadOnlyList<(string Name, TimeSpan Time)> Phases)
{
    /// <summary>Images in the gallery at most; the rest is counted and pointed to.</summary>
    public const int GalleryLimit = 500;
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

/// <summary>An image that may show a defect that many images show.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Image">The image as WebP; empty where there is none.</param>
/// <param name="Overlay">With the heat map of its score.</param>
/// <param name="Later">With the heat map by the later distances.</param>
public sealed record RisingImage(string Name, byte[] Image, byte[] Overlay, byte[] Later);
