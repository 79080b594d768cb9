using MuSc.Engine.Inputs;
using MuSc.Engine.Overlays;
using MuSc.Engine.Report;
using MuSc.Features.Images;

namespace MuSc.Engine.Results;

/// <summary>
/// Writes what people look at: <c>overlays/**.png</c>, the heat maps over the images, and <c>report.html</c>. Each image is
/// decoded once for both.
/// </summary>
public sealed class PicturesWriter : IResultWriter
{
    public int Units(ScoredImages scored) => Shown(scored).Count + (scored.Spec.Output.Report ? 1 : 0);

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        HeatScale scale = HeatScale.Of(scored.Decision.Set, scored.Scores.Before);
        ResultPictures pictures = new(scale);
        ReportImage?[] gallery = new ReportImage?[scored.Images.Count];
        RisingImage?[] rising = new RisingImage?[scored.Images.Count];
        List<ScoredImage> shown = Shown(scored);
        EachImage.Do(shown.Count, scored.Spec.Threads, () => new float[scored.Size * scored.Size], (at, map) =>
        {
            ScoredImage image = shown[at];
            scored.ReadMap(image.Row, map);
            if (image.File is { } file)
            {
                ImageDecoder.Decode(file.Path, scored.Spec.ApplyExif, pixels => Draw(image, map, pixels));
            }
            else
            {
                Draw(image, map, null);
            }

            written(1);
        }, cancellationToken);
        if (scored.Spec.Output.Report)
        {
            using StreamWriter output = new(Path.Combine(folder, "report.html"));
            ReportWriter.Write(Data(scored, scale, [.. gallery.OfType<ReportImage>()], [.. rising.OfType<RisingImage>()]), output);
            written(1);
        }

        bool Draw(ScoredImage image, float[] map, RgbImage? pixels)
        {
            if (HasOverlay(scored, image))
            {
                ImageEncoder.SavePng(ResultStems.Place(folder, "overlays", image.Stem, ".png"), pictures.Overlay(pixels!, map, scored.Size));
            }

            if (InGallery(scored, image))
            {
                (byte[] thumbnail, byte[] overlay) = pictures.Thumbnails(pixels, map, scored.Size);
                ImageResult line = image.Line;
                gallery[line.Rank!.Value - 1] = new(
                    line.Name, line.Rank.Value, line.Score!.Value, line.ScoreBefore!.Value, line.Width, line.Height, thumbnail, overlay,
                    HasOverlay(scored, image) ? $"overlays/{image.Stem}.png" : null);
            }

            if (IsShownRising(scored, image))
            {
                (byte[] thumbnail, byte[] overlay) = pictures.Thumbnails(pixels, map, scored.Size);
                scored.ReadLaterMap(image.Row, map);
                rising[image.Row] = new(image.Line.Name, thumbnail, overlay, pictures.Thumbnails(pixels, map, scored.Size).Overlay);
            }

            return true;
        }
    }

    private static List<ScoredImage> Shown(ScoredImages scored) =>
        [.. scored.Images.Where(image => HasOverlay(scored, image) || InGallery(scored, image) || IsShownRising(scored, image))];

    private static bool HasOverlay(ScoredImages scored, ScoredImage image) => scored.Spec.Output.Overlays && image.File is not null;

    private static bool IsShownRising(ScoredImages scored, ScoredImage image) =>
        scored.Spec.Output.Report && image.Line.Rises == true && scored.Scores.Repeats!.Rising.Take(RepeatsWriter.Most).Contains(image.Row);

    private static bool InGallery(ScoredImages scored, ScoredImage image) =>
        scored.Spec.Output.Report && image.Line.Rank <= ReportData.GalleryLimit;

    private static ReportData Data(ScoredImages scored, HeatScale scale, IReadOnlyList<ReportImage> gallery, IReadOnlyList<RisingImage> rising) => new(
        ReportTitle.Of(scored.Spec),
        DateTimeOffset.UtcNow,
        scored.Decision,
        scale,
        [.. scored.Images.Select(image => image.Line)],
        gallery,
        scored.Scores.Repeats is null ? null : rising,
        [.. scored.Lines.Where(line => line.Skipped is not null).Select(line => (line.Name, line.Skipped!))],
        ReportFacts.Settings(scored),
        ReportFacts.Machine(scored),
        ReportFacts.Phases(scored));
}

/// <summary>What a report is about, for people: the last two parts of the images' common folder, or the tokens' file.</summary>
internal static class ReportTitle
{
    public static string Of(ScoringJobSpec spec)
    {
        string path = spec.TokensFile is { } tokens
            ? Path.GetFullPath(tokens)
            : ImageRoot.CommonFolder(spec.Images.Select(image => Path.GetDirectoryName(Path.GetFullPath(image.Path)) ?? ""));
        string[] parts = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? "Images" : string.Join('/', parts.TakeLast(2));
    }
}

/// <summary>The tables of a report: what was set, and on what it ran.</summary>
internal static class ReportFacts
{
    public static IReadOnlyList<(string Name, string Value)> Settings(ScoredImages scored)
    {
        ScoringJobSpec spec = scored.Spec;
        (string, string)[] source = spec.TokensFile is { } tokens
            ? [("Tokens", Path.GetFileName(tokens)), ("Class tokens", spec.ClassTokensFile is { } file ? Path.GetFileName(file) : "none")]
            : [("Backbone", scored.Facts.Backbone?.Name ?? spec.Backbone)];
        (string, string) scorers = spec.Mode == ScoringMode.References
            ? ("Scored by", "the references alone")
            : ("Interval", $"{spec.Interval.ToString().Replace(",", " to ", StringComparison.Ordinal)}, {spec.Reduction.ToString().ToLowerInvariant()}");
        return
        [
            .. source,
            ("Size", $"{scored.Size} pixels, {scored.Grid} × {scored.Grid} patches"),
            ("Stages", spec.Stages is { } stages ? List(stages) : "all"),
            ("Neighbourhoods", spec.Aggregation == Aggregation.Lnamd ? List(spec.Degrees) : $"{List(spec.Degrees)} together, by likeness"),
            scorers,
            ("References", spec.References.Count + spec.TokenReferences is > 0 and int count ? $"{count}" : "none"),
            (spec.Rescoring == Rescoring.Salient ? "RsCon windows" : "RsCIN windows", spec.SmoothingWindows.Count > 0 ? List(spec.SmoothingWindows) : "none"),
            .. spec.Scorers is { } others ? [("Scorers of each image", $"{others}, seed {spec.Seed}")] : Array.Empty<(string, string)>(),
            .. spec.Subsets > 1 ? [("Subsets", $"{spec.Subsets}, seed {spec.Seed}")] : Array.Empty<(string, string)>(),
        ];
    }

    public static IReadOnlyList<(string Name, string Value)> Machine(ScoredImages scored) =>
    [
        ("musc", RunFileWriter.Version.Split('+')[0]),
        ("Runtime", RuntimeInformation.FrameworkDescription),
        ("System", RuntimeInformation.OSDescription),
        ("Processors", $"{Environment.ProcessorCount} ({RuntimeInformation.ProcessArchitecture}), {scored.Spec.Threads} used"),
        .. scored.Facts.Profile is { } profile ? [("Device", scored.Spec.Device), ("Numeric profile", profile)] : Array.Empty<(string, string)>(),
    ];

    public static IReadOnlyList<(string Name, TimeSpan Time)> Phases(ScoredImages scored) =>
        [.. scored.PhaseTimes().OrderBy(entry => entry.Key).Select(entry => (Name(entry.Key), entry.Value))];

    private static string Name(JobPhase phase) => phase switch
    {
        JobPhase.Check => "Check of the files",
        JobPhase.Extract => "Tokens",
        JobPhase.Score => "Scores",
        _ => "Results",
    };

    private static string List(IEnumerable<int> numbers) => string.Join(", ", numbers);
}
