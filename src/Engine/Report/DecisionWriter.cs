using MuSc.Scoring.Decisions;
using static System.Net.WebUtility;

namespace MuSc.Engine.Report;

/// <summary>What was decided of a set, in words, and the distribution of the scores that decided it.</summary>
public static class DecisionWriter
{
    /// <summary>Comments around it, so that a report can be decided anew.</summary>
    private const string Begin = "<!-- decision -->", End = "<!-- /decision -->";

    /// <summary>Writes it as HTML without styles of its own.</summary>
    /// <param name="rule">The decision.</param>
    /// <param name="lines">Lines of images that were scored, at least one.</param>
    /// <param name="output">Where it goes; left open.</param>
    public static void Write(DecisionRule rule, IReadOnlyList<ImageResult> lines, TextWriter output)
    {
        SetDecision set = rule.Set;
        output.Write($"{Begin}\n<section class=\"decision {set.State.ToString().ToLowerInvariant()}\" aria-labelledby=\"decision-title\">\n<h2 id=\"decision-title\">Decision</h2>\n");
        output.Write($"<p class=\"state\">{HtmlEncode(set.Text)}</p>\n");
        foreach (string sentence in Sentences(rule))
        {
            output.Write($"<p class=\"hint\">{HtmlEncode(sentence)}</p>\n");
        }

        output.Write("</section>\n");
        bool byPeak = rule.Options.DecideBy == DecidingScore.Peak;
        double[] scores = [.. lines.Select(line => byPeak ? line.ScoreBefore!.Value : line.Score!.Value)];
        DistributionWriter.Write(scores, byPeak, set.ShowsTwoClasses ? set.Threshold : null, output);
        output.Write($"{End}\n");
    }

    /// <summary>A report with another decision; as it is where it has none.</summary>
    internal static string Replace(string report, DecisionRule rule, IReadOnlyList<ImageResult> lines)
    {
        int begin = report.IndexOf(Begin, StringComparison.Ordinal), end = report.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin || lines.Count == 0)
        {
            return report;
        }

        using StringWriter html = new();
        Write(rule, lines, html);
        return report[..begin] + html.ToString().TrimEnd('\n') + report[(end + End.Length)..];
    }

    private static IEnumerable<string> Sentences(DecisionRule rule)
    {
        SetDecision set = rule.Set;
        if (set is { Threshold: { } threshold, State: not DecisionState.Nothing })
        {
            string unit = rule.Options.DecideBy == DecidingScore.Peak ? "the highest score of its anomaly map (before RsCIN)" : "its final score";
            string contrast = set.Contrast is { } ratio ? $" The median anomalous image lies {ratio:0.00} times as high as the median normal one." : "";
            yield return $"An image is flagged if {unit} is {threshold:0.0000} or more.{contrast}";
        }

        if (set.Near > 0 && set.ShowsTwoClasses)
        {
            yield return $"{ReportWriter.Count((int)set.Near, "image")} within 5 % of the threshold: look at {(set.Near == 1 ? "it" : "these")} first.";
        }

        foreach (string sentence in new[] { set.Warning, set.Advice }.OfType<string>())
        {
            yield return sentence;
        }

        if (rule.Options.Mask == MaskMethod.Mebin)
        {
            yield return "Masks are made image by image (MEBin): they can show regions in images that are not flagged, and none in images that are.";
        }
    }
}
