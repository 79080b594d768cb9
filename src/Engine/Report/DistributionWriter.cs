namespace MuSc.Engine.Report;

/// <summary>The distribution of the scores: an SVG that stretches, and one with the labels, which does not.</summary>
public static class DistributionWriter
{
    /// <summary>Writes it as HTML without styles of its own.</summary>
    /// <param name="scores">Finite scores, at least one.</param>
    /// <param name="byPeak">Whether these are scores before RsCIN.</param>
    /// <param name="threshold">Where the line is at first; null where the set does not separate.</param>
    /// <param name="output">Where it goes; left open.</param>
    public static void Write(IReadOnlyList<double> scores, bool byPeak, double? threshold, TextWriter output)
    {
        ScoreHistogram histogram = ScoreHistogram.Of(scores);
        int bins = histogram.Counts.Count, most = histogram.Counts.Max();
        output.Write($"""
            <section class="distribution" aria-labelledby="distribution-title">
            <h2 id="distribution-title">Distribution of scores{(byPeak ? " before RsCIN" : "")}</h2>
            <div class="chart" data-low="{histogram.Low:R}" data-high="{histogram.High:R}" data-by="{(byPeak ? "before" : "score")}" data-threshold="{threshold:R}" data-count="{scores.Count}">
            <svg class="bars" viewBox="0 0 {bins} 100" preserveAspectRatio="none" role="img" aria-label="Histogram of {ReportWriter.Count(scores.Count, "score")}, from {histogram.Low:0.000} to {histogram.High:0.000}">

            """);
        double width = (histogram.High - histogram.Low) / bins;
        foreach ((int bin, int count) in histogram.Counts.Index().Where(entry => entry.Item > 0))
        {
            // Square roots keep the few anomalous images visible beside the many normal ones.
            double height = 96 * Math.Sqrt(count / (double)most);
            double from = histogram.Low + (bin * width);
            output.Write(
                $"<rect x=\"{bin + 0.08:0.##}\" y=\"{100 - height:0.##}\" width=\"0.84\" height=\"{height:0.##}\" data-to=\"{from + width:R}\"><title>{from:0.000} to {from + width:0.000}: {ReportWriter.Count(count, "image")}</title></rect>\n");
        }

        output.Write("</svg>\n<svg class=\"axis\" aria-hidden=\"true\">\n");
        string format = histogram.High - histogram.Low < 0.05 ? "0.000" : "0.0#";
        foreach ((int place, double tick) in histogram.Ticks.Index())
        {
            string anchor = place == 0 ? "start" : place == histogram.Ticks.Count - 1 ? "end" : "middle";
            output.Write($"<text x=\"{100 * histogram.Position(tick):0.##}%\" y=\"1.2em\" text-anchor=\"{anchor}\">{tick.ToString(format)}</text>");
        }

        output.Write("\n</svg>\n</div>\n<p class=\"hint\">Height grows with the square root of the number of images.</p>\n</section>\n");
    }
}

/// <summary>Counts of scores in bins of equal width, with round ticks for the axis.</summary>
/// <param name="Low">Left end of the axis.</param>
/// <param name="High">Right end of the axis, above <paramref name="Low"/>.</param>
/// <param name="Ticks">Round numbers, five to eleven, from end to end of the axis.</param>
/// <param name="Counts">Scores in each bin.</param>
public sealed record ScoreHistogram(double Low, double High, IReadOnlyList<double> Ticks, IReadOnlyList<int> Counts)
{
    /// <summary>Counts scores; the more there are, the finer, between 12 and 60 bins.</summary>
    /// <param name="scores">Finite scores, at least one.</param>
    public static ScoreHistogram Of(IReadOnlyList<double> scores)
    {
        ArgumentOutOfRangeException.ThrowIfZero(scores.Count, nameof(scores));
        double low = scores.Min(), high = scores.Max();
        if (high - low < 1e-9)
        {
            (low, high) = (low - 0.5, high + 0.5);
        }

        double[] ticks = RoundTicks(low, high);
        (low, high) = (ticks[0], ticks[^1]);
        int[] counts = new int[Math.Clamp((int)(4 * Math.Sqrt(scores.Count)), 12, 60)];
        foreach (double score in scores)
        {
            counts[Math.Clamp((int)((score - low) / (high - low) * counts.Length), 0, counts.Length - 1)]++;
        }

        return new(low, high, ticks, counts);
    }

    /// <summary>Where a score lies on the axis, 0 to 1.</summary>
    public double Position(double score) => (score - Low) / (High - Low);

    private static double[] RoundTicks(double low, double high)
    {
        double magnitude = Math.Pow(10, Math.Floor(Math.Log10((high - low) / 4)));
        double widest = (high - low) / 4;
        double step = 5 * magnitude <= widest ? 5 * magnitude : 2 * magnitude <= widest ? 2 * magnitude : magnitude;
        long first = (long)Math.Floor((low / step) + 1e-9), last = (long)Math.Ceiling((high / step) - 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => Math.Round((first + i) * step, 12))];
    }
}
