using static System.Net.WebUtility;

namespace MuSc.Engine.Report;

/// <summary>The ranked gallery; its script adds the tools and the viewer that a card opens.</summary>
public static class GalleryWriter
{
    /// <summary>A card that a script fills in: without name, numbers and sources of its pictures.</summary>
    public static string CardTemplate { get; } = Card(new("", 0, 0, 0, 0, 0, [], [], null), 0, Picture("image", "") + Picture("overlay", ""));

    internal static void Write(ReportData data, TextWriter output)
    {
        double low = data.Gallery.Min(image => image.Score), high = data.Gallery.Max(image => image.Score);
        bool images = data.Gallery.Any(image => image.Image.Length > 0);
        output.Write($"""
            <section aria-labelledby="gallery-title">
            <h2 id="gallery-title">Images, most anomalous first</h2>
            {Rest(data)}<ol id="gallery" class="gallery" data-view="{(images ? "overlay" : "map")}" tabindex="-1">

            """);
        foreach (ReportImage image in data.Gallery)
        {
            output.Write(Card(image, (image.Score - low) / Math.Max(high - low, 1e-12), Picture("image", image.Image) + Picture("overlay", image.Overlay)));
        }

        output.Write("</ol>\n</section>\n");
    }

    private static string Rest(ReportData data) => data.Lines.Count > data.Gallery.Count
        ? $"<p class=\"hint\">The {data.Gallery.Count:N0} most anomalous of {data.Lines.Count:N0} images. All scores are in <code>scores.csv</code>{(data.Gallery.Any(image => image.OverlayFile is not null) ? ", all heat maps in <code>overlays/</code>" : "")}.</p>\n"
        : "";

    private static string Card(ReportImage image, double share, string pictures)
    {
        int slash = image.Name.LastIndexOf('/');
        string name = HtmlEncode(image.Name);
        string target = image.OverlayFile is { } file ? $" data-overlay=\"{HtmlEncode(PathRules.InAddress(file))}\"" : "";
        string size = image.Width > 0 ? $" data-size=\"{image.Width} × {image.Height}\"" : "";
        return $"""
            <li class="card" data-name="{name}" data-rank="{image.Rank}" data-score="{image.Score:R}" data-before="{image.ScoreBefore:R}"{size}{target}>
            <button type="button">
            <span class="pictures">{pictures}</span>
            <progress class="level" max="1" value="{share:0.###}" aria-hidden="true"></progress>
            <span class="caption"><span class="rank">{image.Rank}</span><span class="score">{image.Score:0.0000}</span></span>
            <span class="name" title="{name}"><span class="folder">{HtmlEncode(image.Name[..(slash + 1)])}</span><span class="file">{HtmlEncode(image.Name[(slash + 1)..])}</span></span>
            </button>
            </li>

            """;
    }

    private static string Picture(string kind, byte[] webp) => webp.Length == 0 ? "" : Picture(kind, $" src=\"data:image/webp;base64,{Convert.ToBase64String(webp)}\"");

    private static string Picture(string kind, string source) => $"<img class=\"{kind}\" alt=\"\" loading=\"lazy\" decoding=\"async\"{source}>";
}
