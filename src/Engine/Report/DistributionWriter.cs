using System.Globalization;

namespace MuSc.Engine.Report;

/// <summary>The distribution of the scores: an inline SVG that stretches, with its labels as text that does not.</summary>
internal static class DistributionWriter
{
    public static void Write(ReportData data, TextWriter output)
    {
        ScoreHistogram histogram = ScoreHistogram.Of(data.Scores);
        int bins = histogram.Counts.Count, most = histogram.Counts.Max();
        output.Write($"""
            <section class="distribution" aria-labelledby="distribution-title">
            <h2 id="distribution-title">Distribution of scores</h2>
            <div class="chart" data-low="{Invariant(histogram.Low)}" data-high="{Invariant(histogram.High)}">
            <svg viewBox="0 0 {bins} 100" preserveAspectRatio="none" role="img" aria-label="Histogram of {ReportWriter.Count(data.Scores.Count, "score")}, from {histogram.Low:0.000} to {histogram.High:0.000}">

            """);
        double width = (histogram.High - histogram.Low) / bins;
        for (int bin = 0; bin < bins; bin++)
        {
            int count = histogram.Counts[bin];
            if (count == 0)
            {
                continue;
            }

            // Square roots keep the few anomalous images visible beside the many normal ones.
            double height = 96 * Math.Sqrt(count / (double)most);
            double from = histogram.Low + (bin * width);
            output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"<rect x=\"{bin + 0.08:0.##}\" y=\"{100 - height:0.##}\" width=\"0.84\" height=\"{height:0.##}\" data-to=\"{from + width:R}\"><title>{from:0.000} to {from + width:0.000}: {ReportWriter.Count(count, "image")}</title></rect>\n"));
        }

        output.Write("</svg>\n<div class=\"axis\" aria-hidden=\"true\">\n");
        string format = histogram.High - histogram.Low < 0.05 ? "0.000" : "0.0#";
        foreach (double tick in histogram.Ticks)
        {
            output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"<span style=\"left:{100 * histogram.Position(tick):0.##}%\">{tick.ToString(format, CultureInfo.InvariantCulture)}</span>"));
        }

        output.Write("\n</div>\n</div>\n<p class=\"hint\">Height grows with the square root of the number of images.</p>\n</section>\n");
    }

    private static string Invariant(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
