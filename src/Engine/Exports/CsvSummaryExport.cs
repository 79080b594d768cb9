using MuSc.Engine.Results;

namespace MuSc.Engine.Exports;

/// <summary>
/// One line an image (RFC 4180, UTF-8), those that were left out included: decision, score, margin, number of regions, and of the largest
/// one its share of the image's area and its box in pixels of the original.
/// </summary>
internal static class CsvSummaryExport
{
    private const string Header = "image,decision,score,margin,regions,largest_share,largest_left,largest_top,largest_width,largest_height";

    public static void Write(ExportedSet set, Stream stream)
    {
        using StreamWriter file = new(stream, leaveOpen: true) { NewLine = "\r\n" };
        file.WriteLine(Header);
        using IEnumerator<ExportedImage> images = set.Images().GetEnumerator();
        foreach (ImageResult line in set.Results.Lines)
        {
            if (line.Skipped is null && images.MoveNext())
            {
                file.WriteLine(Line(images.Current));
            }
            else
            {
                file.WriteLine($"{CsvCell.OfText(line.Name)},skipped,,,,,,,,");
            }
        }
    }

    private static string Line(ExportedImage image)
    {
        IReadOnlyList<MaskRegion> regions = MaskRegion.Of(image.Mask);
        MaskRegion? largest = regions.MaxBy(region => region.Area);
        string[] shape = largest is null
            ? ["", "", "", "", ""]
            : [$"{largest.Area / ((double)image.Mask.Width * image.Mask.Height):R}", .. largest.Box.Select(number => $"{number}")];
        return string.Join(
            ',',
            (string[])[CsvCell.OfText(image.Line.Name), ExportedSet.Decision(image.Line), $"{image.Line.Score:R}", $"{image.Line.Margin:R}", $"{regions.Count}", .. shape]);
    }
}
