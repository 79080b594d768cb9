using System.Text;
using MuSc.Engine.Files;
using MuSc.Engine.Results;
using MuSc.Scoring.Decisions;

namespace MuSc.Evaluation;

/// <summary>Decides the scores of any method.</summary>
public static class Deciding
{
    /// <summary>Decides.</summary>
    /// <exception cref="JobException">A score is negative; it is named.</exception>
    public static DecisionRule Run(ExternalScores scores, DecisionOptions options)
    {
        double[] values = [.. scores.Names.Select(name => scores[name])];
        return scores.Names.FirstOrDefault(name => scores[name] < 0) is { } negative
            ? throw new JobException(JobErrorKind.Input, $"The score of '{negative}' is {scores[negative]}; scores that can be decided are 0 or more.")
            : DecisionRule.Of(values, values, options);
    }

    /// <summary>Writes a table: image, score, anomalous, margin; the last two are empty where nothing is decided.</summary>
    /// <exception cref="JobException">It cannot be written; what was there stays.</exception>
    public static void Write(string path, ExternalScores scores, DecisionRule rule)
    {
        StringBuilder text = new("image,score,anomalous,margin\r\n");
        foreach (string name in scores.Names)
        {
            double score = scores[name];
            string anomalous = rule.Set.Threshold is null ? "" : rule.IsAnomalous(score, score) ? "true" : "false";
            text.Append(CultureInfo.InvariantCulture, $"{CsvCell.OfText(name)},{score:R},{anomalous},{rule.Margin(score, score):R}\r\n");
        }

        DiskError.Name(path, () => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString()))));
    }
}
