namespace MuSc.Evaluation;

/// <summary>One category's evaluation.</summary>
/// <param name="Category">Its name.</param>
/// <param name="Images">Test images N.</param>
/// <param name="Metrics">The metrics.</param>
/// <param name="Extract">Time to decode the images and run the backbone.</param>
/// <param name="Score">Time of mutual scoring, maps and RsCIN.</param>
/// <param name="Measure">Time of reading masks and computing the metrics.</param>
/// <param name="TokenBytes">Bytes that the features of one image take.</param>
/// <param name="PeakBytes">The most memory that the program has held so far.</param>
/// <param name="Studies">The ablations' rows, in the order of <see cref="EvaluationSpec.Studies"/> and their settings.</param>
public sealed record CategoryRun(
    string Category,
    int Images,
    CategoryMetrics Metrics,
    TimeSpan Extract,
    TimeSpan Score,
    TimeSpan Measure,
    long TokenBytes,
    long PeakBytes,
    IReadOnlyList<IReadOnlyList<CategoryMetrics>> Studies);
