using static System.Net.WebUtility;

namespace MuSc.Engine.Report;

/// <summary>Writes <c>report.html</c>: one file that needs nothing else and no network.</summary>
public static class ReportWriter
{
    /// <summary>Writes the report.</summary>
    /// <param name="data">What it shows.</param>
    /// <param name="output">Where it goes; left open.</param>
    public static void Write(ReportData data, TextWriter output)
    {
        string title = HtmlEncode(data.Title);
        output.Write($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
            <title>{title} – anomaly report</title>
            <style>
            {ReportAssets.Styles("base.css", "gallery.css", "report.css")}</style>
            </head>
            <body>
            <a class="skip" href="#gallery">Skip to the images</a>
            <header>
            <p class="eyebrow">Anomaly report</p>
            <h1>{title}</h1>
            <p class="lead">{Lead(data)}</p>
            </header>
            <main>

            """);
        SkippedNotice(data, output);
        if (data.Lines.Count > 0)
        {
            DecisionWriter.Write(data.Decision, data.Lines, output);
            ColourBarWriter.Write(data.Scale, output);
            if (data.Repeats is { } rising)
            {
                RepeatsWriter.Write(rising, output);
            }

            GalleryWriter.Write(data, output);
        }

        output.Write("<section class=\"facts\" aria-label=\"About this run\">\n");
        Facts("Settings", data.Settings, output);
        Timing(data.Phases, output);
        Facts("Machine and versions", data.Machine, output);
        output.Write($"""
            </section>
            </main>
            <footer><p>Scores rank the images of one set against each other; they are not probabilities.
            Numbers: <code>scores.csv</code>. To repeat the run: <code>run.json</code>.</p></footer>
            <script type="module">
            {ReportAssets.Script("dom.js", "distribution.js", "grid.js", "viewer.js", "gallery.js", "report.js")}</script>
            </body>
            </html>

            """);
    }

    /// <summary>Words such as "1,200 images"; the noun is given in the singular.</summary>
    public static string Count(int count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>A duration for people: <c>840 ms</c>, <c>12.3 s</c>, <c>4 min 05 s</c>, <c>2 h 07 min</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => $"{time.TotalMilliseconds:0} ms",
        { TotalMinutes: < 1 } => $"{time.TotalSeconds:0.0} s",
        { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds:00} s",
        _ => $"{(int)time.TotalHours} h {time.Minutes:00} min",
    };

    private static string Lead(ReportData data)
    {
        TimeSpan total = data.Phases.Aggregate(TimeSpan.Zero, (sum, phase) => sum + phase.Time);
        return $"{Count(data.Lines.Count, "image")} scored in {Duration(total)} · {data.Created.ToUniversalTime():d MMMM yyyy, HH:mm 'UTC'}";
    }

    private static void SkippedNotice(ReportData data, TextWriter output)
    {
        if (data.Skipped.Count > 0)
        {
            output.Write($"<details class=\"notice\"><summary>{Count(data.Skipped.Count, "file")} left out</summary>\n<table><thead><tr><th scope=\"col\">File</th><th scope=\"col\">Reason</th></tr></thead><tbody>\n");
            output.Write(string.Concat(data.Skipped.Select(skipped =>
                $"<tr><td class=\"path\">{HtmlEncode(skipped.Name)}</td><td>{HtmlEncode(skipped.Reason)}</td></tr>\n")));
            output.Write("</tbody></table></details>\n");
        }
    }

    private static void Facts(string heading, IReadOnlyList<(string Name, string Value)> facts, TextWriter output)
    {
        output.Write($"<div><h2>{heading}</h2>\n<dl>\n");
        output.Write(string.Concat(facts.Select(fact => $"<div><dt>{HtmlEncode(fact.Name)}</dt><dd>{HtmlEncode(fact.Value)}</dd></div>\n")));
        output.Write("</dl></div>\n");
    }

    private static void Timing(IReadOnlyList<(string Name, TimeSpan Time)> phases, TextWriter output)
    {
        double longest = Math.Max(1e-9, phases.Select(phase => phase.Time.TotalSeconds).DefaultIfEmpty().Max());
        output.Write("<div><h2>Time</h2>\n<dl class=\"bars\">\n");
        foreach ((string name, TimeSpan time) in phases)
        {
            double width = 100 * time.TotalSeconds / longest;
            output.Write($"<div><dt>{HtmlEncode(name)}</dt><dd>{Duration(time)}</dd><span class=\"bar\" style=\"width:{width:0.#}%\"></span></div>\n");
        }

        output.Write("</dl></div>\n");
    }
}
