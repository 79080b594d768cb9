using static System.Net.WebUtility;

namespace MuSc.Engine.Report;

/// <summary>The ranked gallery with its tools and the viewer that a card opens.</summary>
internal static class GalleryWriter
{
    public static void Write(ReportData data, TextWriter output)
    {
        double low = data.Gallery.Min(image => image.Score), high = data.Gallery.Max(image => image.Score);
        bool images = data.Gallery.Any(image => image.Image.Length > 0);
        output.Write($"""
            <section aria-labelledby="gallery-title">
            <h2 id="gallery-title">Images, most anomalous first</h2>
            {Rest(data)}<form class="tools" role="search" aria-label="Images">
            <label class="grow">Search <input type="search" id="search" placeholder="part of a name" autocomplete="off" spellcheck="false"></label>
            <label>Sort by <select id="sort"><option value="rank">rank</option><option value="rank-up">rank, least first</option><option value="name">name</option><option value="before">score before RsCIN</option></select></label>
            <label>Score from <span class="slider"><input type="range" id="least" min="0" max="1000" value="0" aria-describedby="least-value"> <output id="least-value" for="least">{low:0.0000}</output></span></label>
            {(images ? View : "")}
            </form>
            <p id="shown" class="hint" role="status">{ReportWriter.Count(data.Gallery.Count, "image")}</p>
            <ol id="gallery" class="gallery" data-view="{(images ? "overlay" : "map")}" data-low="{low:R}" data-high="{high:R}" tabindex="-1">

            """);
        foreach (ReportImage image in data.Gallery)
        {
            Card(image, (image.Score - low) / Math.Max(high - low, 1e-12), output);
        }

        output.Write("</ol>\n<p id=\"nothing\" class=\"hint\" hidden>No image matches.</p>\n</section>\n");
        output.Write(Viewer);
    }

    private const string View = """
        <fieldset><legend>Show</legend><label><input type="radio" name="view" value="overlay" checked>heat map</label><label><input type="radio" name="view" value="image">image</label><label><input type="radio" name="view" value="both">both</label></fieldset>
        """;

    private const string Viewer = """
        <dialog id="viewer" aria-labelledby="viewer-name">
        <div class="bar"><p id="viewer-rank"></p><h2 id="viewer-name"></h2><div class="buttons"><button type="button" id="previous" aria-label="Previous image">←</button><button type="button" id="next" aria-label="Next image">→</button><button type="button" id="close" aria-label="Close">×</button></div></div>
        <div class="pair"><img id="viewer-image" alt="Image"><img id="viewer-overlay" alt="Heat map"></div>
        <p id="viewer-facts" class="hint"></p>
        </dialog>

        """;

    private static string Rest(ReportData data) => data.Scores.Count > data.Gallery.Count
        ? $"<p class=\"hint\">The {data.Gallery.Count:N0} most anomalous of {data.Scores.Count:N0} images. All scores are in <code>scores.csv</code>{(data.Gallery.Any(image => image.OverlayFile is not null) ? ", all heat maps in <code>overlays/</code>" : "")}.</p>\n"
        : "";

    private static void Card(ReportImage image, double share, TextWriter output)
    {
        int slash = image.Name.LastIndexOf('/');
        string folder = slash < 0 ? "" : $"<span class=\"folder\">{HtmlEncode(image.Name[..(slash + 1)])}</span>";
        string name = HtmlEncode(image.Name);
        string target = image.OverlayFile is { } file ? $" data-overlay=\"{HtmlEncode(Link(file))}\"" : "";
        string size = image.Width > 0 ? $" data-size=\"{image.Width} × {image.Height}\"" : "";
        output.Write($"""
            <li class="card" data-name="{name}" data-rank="{image.Rank}" data-score="{image.Score:R}" data-before="{image.ScoreBefore:R}"{size}{target}>
            <button type="button" aria-label="Rank {image.Rank}, {name}, score {image.Score:0.0000}">
            <span class="pictures">{Picture("image", image.Image)}{Picture("overlay", image.Overlay)}</span>
            <span class="level"><span style="width:{100 * share:0.#}%"></span></span>
            <span class="caption"><span class="rank">{image.Rank}</span><span class="score">{image.Score:0.0000}</span></span>
            <span class="name" title="{name}">{folder}<span class="file">{HtmlEncode(image.Name[(slash + 1)..])}</span></span>
            </button>
            </li>

            """);
    }

    private static string Picture(string kind, byte[] webp) => webp.Length == 0
        ? ""
        : $"<img class=\"{kind}\" alt=\"\" loading=\"lazy\" decoding=\"async\" src=\"data:image/webp;base64,{Convert.ToBase64String(webp)}\">";

    private static string Link(string file) => string.Join('/', file.Split('/').Select(Uri.EscapeDataString));
}
