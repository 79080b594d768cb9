using MuSc.Engine.Results;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation;

/// <summary>How often the decision about finished results is right, by what somebody says of some of the images.</summary>
/// <param name="Anomalous">Images that are said to be anomalous.</param>
/// <param name="Normal">Images that are said to be normal.</param>
/// <param name="Decided">How often the decision is right; null where nothing was decided.</param>
/// <param name="BestThreshold">The threshold of the largest F1, the highest where several have it; null unless there are both kinds.</param>
/// <param name="Best">How often it is right.</param>
/// <param name="Unknown">Images with a label that were not scored, or are not in the results.</param>
public sealed record LabelledResults(
    int Anomalous, int Normal, DecisionMetrics? Decided, double? BestThreshold, DecisionMetrics Best, IReadOnlyList<string> Unknown)
{
    /// <summary>Compares.</summary>
    /// <param name="results">The results.</param>
    /// <param name="labels">Whether each image is anomalous in truth; images of which nothing is known are absent.</param>
    /// <exception cref="JobException">None of the images was scored.</exception>
    public static LabelledResults Of(FinishedResults results, IReadOnlyDictionary<string, bool> labels)
    {
        ImageResult[] lines = [.. results.Scored.Where(line => labels.ContainsKey(line.Name))];
        if (lines.Length == 0)
        {
            throw new JobException(
                JobErrorKind.Input,
                $"None of the {labels.Count} labels is of an image of {results.Folder}; names must be as in its scores.csv{(results.Scored.Count > 0 ? $", such as '{results.Scored[0].Name}'" : "")}.");
        }

        bool[] truth = [.. lines.Select(line => labels[line.Name])];
        bool byPeak = results.Decision.DecideBy == DecidingScore.Peak;
        double[] scores = [.. lines.Select(line => byPeak ? line.ScoreBefore!.Value : line.Score!.Value)];
        (double? threshold, DecisionMetrics best) = DecisionMetrics.Best(scores, truth, metrics => metrics.F1);
        DecisionMetrics? decided = lines.All(line => line.Anomalous is not null) ? DecisionMetrics.Of([.. lines.Select(line => line.Anomalous!.Value)], truth) : null;
        HashSet<string> known = [.. lines.Select(line => line.Name)];
        int anomalous = truth.Count(label => label);
        return new(anomalous, truth.Length - anomalous, decided, threshold, best, [.. labels.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal)]);
    }
}
