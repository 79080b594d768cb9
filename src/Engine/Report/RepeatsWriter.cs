using static System.Net.WebUtility;

namespace MuSc.Engine.Report;

/// <summary>The images that may show a defect that many images show, side by side.</summary>
public static class RepeatsWriter
{
    /// <summary>Images that are shown at most; the rest is in <c>scores.json</c>.</summary>
    public const int Most = 60;

    /// <summary>What to do about them.</summary>
    public const string Advice = "If these show the same defect, run again with --repeated-defects (not for a set of several products).";

    internal static void Write(IReadOnlyList<RisingImage> rising, TextWriter output)
    {
        output.Write("<section class=\"repeats\" aria-labelledby=\"repeats-title\">\n<h2 id=\"repeats-title\">Defects that may repeat</h2>\n");
        if (rising.Count == 0)
        {
            output.Write("<p class=\"hint\">No image rises much in the ranking when its look-alikes are passed over: there is no sign of a defect that repeats.</p>\n</section>\n");
            return;
        }

        output.Write($"<p>{ReportWriter.Count(rising.Count, "image")} rise{(rising.Count == 1 ? "s" : "")} in the ranking when look-alikes are passed over. {HtmlEncode(Advice)}</p>\n");
        output.Write("<p class=\"hint\">Each image, its heat map, and the heat map without its look-alikes.</p>\n<ul class=\"rising\">\n");
        foreach (RisingImage image in rising)
        {
            output.Write($"<li>{Picture(image.Image, "image")}{Picture(image.Overlay, "heat map")}{Picture(image.Later, "heat map without look-alikes")}<span class=\"name\">{HtmlEncode(image.Name)}</span></li>\n");
        }

        output.Write("</ul>\n</section>\n");
    }

    private static string Picture(byte[] webp, string what) =>
        webp.Length == 0 ? "" : $"<img alt=\"{what}\" loading=\"lazy\" decoding=\"async\" src=\"data:image/webp;base64,{Convert.ToBase64String(webp)}\">";
}
