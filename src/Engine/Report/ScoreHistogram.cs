namespace MuSc.Engine.Report;

/// <summary>Counts of scores in bins of equal width, with round ticks for the axis.</summary>
public sealed class ScoreHistogram
{
    private ScoreHistogram(double low, double high, double[] ticks, int[] counts)
    {
        Ticks = ticks;
        Low = low;
        High = high;
        Counts = counts;
    }

    /// <summary>Left end of the axis.</summary>
    public double Low { get; }

    /// <summary>Right end of the axis, above <see cref="Low"/>.</summary>
    public double High { get; }

    /// <summary>Scores in each bin.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>Round numbers, five to eleven, from end to end of the axis.</summary>
    public IReadOnlyList<double> Ticks { get; }

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
