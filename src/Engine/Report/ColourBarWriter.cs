using MuSc.Engine.Overlays;

namespace MuSc.Engine.Report;

/// <summary>The colours of the heat maps, with the scores that they stand for.</summary>
public static class ColourBarWriter
{
    private const int Colours = 64;
    private const byte Grey = 150;

    /// <summary>Writes it as HTML without styles of its own.</summary>
    public static void Write(HeatScale scale, TextWriter output)
    {
        output.Write("<figure class=\"colours\">\n<svg class=\"bar\" viewBox=\"0 0 64 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\n");
        for (int colour = 0; colour < Colours; colour++)
        {
            (byte r, byte g, byte b) = HeatPainter.OverGrey((colour + 0.5) / Colours, Grey);
            output.Write($"<rect x=\"{colour}\" width=\"1.05\" height=\"1\" fill=\"#{r:x2}{g:x2}{b:x2}\"/>");
        }

        output.Write("\n</svg>\n<svg class=\"axis\" role=\"img\" aria-label=\"Scale of the heat maps\">\n");
        foreach ((double score, string text) in Ticks(scale))
        {
            string at = $"{100 * scale.Heat(score):0.##}%";
            string anchor = scale.Heat(score) < 0.02 ? "start" : "middle";
            output.Write($"<line x1=\"{at}\" x2=\"{at}\" y1=\"0\" y2=\"0.4em\"/><text x=\"{at}\" y=\"1.5em\" text-anchor=\"{anchor}\">{text}</text>");
        }

        output.Write(scale.Threshold is null
            ? "\n</svg>\n<figcaption class=\"hint\">Colours of the heat maps, on one scale for the set: there is no threshold that they could show.</figcaption>\n</figure>\n"
            : "\n</svg>\n<figcaption class=\"hint\">Colours of the heat maps. T is the threshold: what is brighter than its colour is anomalous.</figcaption>\n</figure>\n");
    }

    private static IEnumerable<(double Score, string Text)> Ticks(HeatScale scale) => scale.Threshold is { } threshold
        ? new[] { 0.25, 0.5, 1, 2, 4 }.Select(times => (times * threshold, times == 1 ? $"T = {threshold:0.000}" : $"{times * threshold:0.000}"))
        : [(scale.Low, $"{scale.Low:0.000}"), ((scale.Low + scale.High) / 2, $"{(scale.Low + scale.High) / 2:0.000}"), (scale.High, $"{scale.High:0.000}"), ((2 * scale.High) - scale.Low, $"{(2 * scale.High) - scale.Low:0.000}")];
}
