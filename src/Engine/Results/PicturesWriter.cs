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
        ResultPictures pictures = new(HeatScale.FromImageScores(scored.Images.Select(image => image.Line.ScoreBefore!.Value)));
        ReportImage?[] gallery = new ReportImage?[scored.Images.Count];
        List<ScoredImage> shown = Shown(scored);
        EachImage.Do(shown.Count, scored.Spec.Threads, () => new float[scored.Size * scored.Size], (at, map) =>
        {
            ScoredImage image = shown[at];
            scored.ReadMap(image.Row, map);
            RgbImage? pixels = image.File is { } file ? ImageDecoder.Decode(file.Path, scored.Spec.ApplyExif) : null;
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

            written(1);
        }, cancellationToken);
        if (scored.Spec.Output.Report)
        {
            using StreamWriter output = new(Path.Combine(folder, "report.html"));
            ReportWriter.Write(Data(scored, [.. gallery.OfType<ReportImage>()]), output);
            written(1);
        }
    }

    private static List<ScoredImage> Shown(ScoredImages scored) =>
        [.. scored.Images.Where(image => HasOverlay(scored, image) || InGallery(scored, image))];

    private static bool HasOverlay(ScoredImages scored, ScoredImage image) => scored.Spec.Output.Overlays && image.File is not null;

    private static bool InGallery(ScoredImages scored, ScoredImage image) =>
        scored.Spec.Output.Report && image.Line.Rank <= ReportData.GalleryLimit;

    private static ReportData Data(ScoredImages scored, IReadOnlyList<ReportImage> gallery) => new()
    {
        Title = ReportTitle.Of(scored.Spec),
        Created = DateTimeOffset.UtcNow,
        Scores = [.. scored.Images.Select(image => image.Line.Score!.Value)],
        Gallery = gallery,
        Skipped = [.. scored.Lines.Where(line => line.Skipped is not null).Select(line => (line.Name, line.Skipped!))],
        Settings = ReportFacts.Settings(scored),
        Machine = ReportFacts.Machine(scored),
        Phases = ReportFacts.Phases(scored),
    };
}
