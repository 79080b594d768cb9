namespace MuSc.Scoring.Decisions;

/// <summary>A set's decision, applied to its images one by one.</summary>
/// <param name="Options">How it was decided.</param>
/// <param name="Set">What was decided.</param>
public sealed record DecisionRule(DecisionOptions Options, SetDecision Set)
{
    // The mask of an image that only its final score makes anomalous.
    private const double ShareOfLowPeak = 0.9;

    /// <summary>Decides a set by its lines in the results; those of images that were left out do not count.</summary>
    /// <exception cref="ArgumentException">A score cannot be decided.</exception>
    public static DecisionRule Of(IEnumerable<ImageResult> lines, DecisionOptions options)
    {
        ImageResult[] scored = [.. lines.Where(line => line.Skipped is null)];
        return Of([.. scored.Select(line => line.ScoreBefore!.Value)], [.. scored.Select(line => line.Score!.Value)], options);
    }

    /// <summary>Decides a set.</summary>
    /// <param name="before">[N] image scores before rescoring: maxima of anomaly maps.</param>
    /// <param name="after">[N] final scores; the same where nothing was rescored.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">A score is not finite, or negative before rescoring; its place is named.</exception>
    public static DecisionRule Of(ReadOnlySpan<double> before, ReadOnlySpan<double> after, DecisionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(after.Length, before.Length, nameof(after));
        double[] peaks = new double[before.Length];
        for (int image = 0; image < peaks.Length; image++)
        {
            peaks[image] = before[image] >= 0
                ? ScoreUnits.Peak(before[image])
                : throw new ArgumentException($"The score of image {image + 1} is {before[image]}; scores before rescoring are distances, 0 or more.", nameof(before));
        }

        bool byPeak = options.DecideBy == DecidingScore.Peak;
        long[] peakUnits = ScoreUnits.Ascending(peaks);
        long[] units = byPeak ? peakUnits : ScoreUnits.Ascending(after);
        (DecisionState state, long? threshold) = SetThreshold.Of(peakUnits, units, options);
        long? maskThreshold = byPeak ? threshold : SetThreshold.Of(peakUnits, peakUnits, options with { Threshold = null, Flag = null }).Threshold;
        SetDecision undecided = new(state, Score(threshold), Score(maskThreshold), null, DecisionConfidence.None, 0, 0, peaks.Length);
        if (threshold is not { } limit)
        {
            return new(options, undecided);
        }

        DecisionRule rule = new(options, undecided);
        ILookup<bool, double> groups = peaks.Zip(after.ToArray()).ToLookup(image => rule.IsAnomalous(image.First, image.Second), image => image.First);
        double? contrast = Contrast(groups[true], groups[false]);
        long flagged = groups[true].Count();
        return rule with
        {
            Set = undecided with
            {
                Contrast = contrast,
                Confidence = ConfidenceOf(state, contrast),
                Near = units.LongCount(score => 20 * Math.Abs(score - limit) < limit),
                Flagged = flagged,
                WithoutMap = units.LongCount(score => score >= limit) - flagged,
            },
        };
    }

    /// <summary>Whether an image is anomalous; never where nothing is decided.</summary>
    /// <param name="before">Its score before rescoring.</param>
    /// <param name="after">Its final score.</param>
    public bool IsAnomalous(double before, double after) => Deciding(before, after) >= Set.Threshold && (Options.DecideBy == DecidingScore.Peak || HasMap(before));

    /// <summary>How far its deciding score lies above the threshold, as a share of it; null where there is none.</summary>
    /// <param name="before">Its score before rescoring.</param>
    /// <param name="after">Its final score.</param>
    public double? Margin(double before, double after) => Set.Threshold > 0 ? (Deciding(before, after) / Set.Threshold) - 1 : null;

    /// <summary>An image's line with what is decided of it; the line of one that was left out as it is.</summary>
    public ImageResult Apply(ImageResult line) => line is { ScoreBefore: { } before, Score: { } after }
        ? line with { Anomalous = Set.Threshold is null ? null : IsAnomalous(before, after), Margin = Margin(before, after) }
        : line;

    /// <summary>The least score of a pixel of the mask of an anomalous image. The peak itself is always in.</summary>
    /// <param name="before">Its score before rescoring.</param>
    public double MaskLevel(double before)
    {
        double peak = ScoreUnits.Peak(before);
        return Set.MaskThreshold is { } threshold && peak >= threshold ? Math.Max(threshold, Options.MaskTop * peak) : ShareOfLowPeak * peak;
    }

    private static bool HasMap(double before) => ScoreUnits.Peak(before) > 0;

    private static double? Score(long? units) => units is { } some ? ScoreUnits.ToScore(some) : null;

    private static DecisionConfidence ConfidenceOf(DecisionState state, double? contrast) => (state, contrast) switch
    {
        (not DecisionState.Separated, _) => DecisionConfidence.None,
        (_, >= 1.5) => DecisionConfidence.High,
        (_, >= 1.25) => DecisionConfidence.Medium,
        _ => DecisionConfidence.Low,
    };

    private static double? Contrast(IEnumerable<double> anomalous, IEnumerable<double> normal)
    {
        double above = TwiceMedian(anomalous), below = TwiceMedian(normal);
        return above > 0 && below > 0 ? above / below : null;

        static double TwiceMedian(IEnumerable<double> peaks) => peaks.Any() ? Medians.Twice(ScoreUnits.Ascending([.. peaks])) : 0;
    }

    private double Deciding(double before, double after) => Options.DecideBy == DecidingScore.Peak ? ScoreUnits.Peak(before) : after;
}
