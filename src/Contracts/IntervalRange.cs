namespace MuSc.Contracts;

/// <summary>
/// Which of a patch's M sorted values the interval average keeps (docs/method.md, Mutual scoring; paper, Eq. 5 and Table 5):
/// sorted[k_min … max(k_max, k_min + 1)), clamped so that at least one value is kept.
/// </summary>
/// <param name="From">Lower end k_min. The default is 0 %.</param>
/// <param name="To">Upper end k_max, exclusive. The default is 30 %.</param>
public sealed record IntervalRange(IntervalBound From, IntervalBound To)
{
    /// <summary>The method's default, 0 % to 30 %.</summary>
    public static IntervalRange Default { get; } = new(IntervalBound.Fraction(0), IntervalBound.Fraction(0.3));

    /// <summary>Keeps every value.</summary>
    public static IntervalRange All { get; } = new(IntervalBound.Fraction(0), IntervalBound.Fraction(1));

    /// <summary>The kept positions among <paramref name="scorers"/> sorted values: first (inclusive) and end (exclusive).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no scorer.</exception>
    public (int First, int End) Positions(int scorers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scorers, 1);
        int low = Math.Min(From.Position(scorers), To.Position(scorers));
        int high = Math.Max(From.Position(scorers), To.Position(scorers));
        int first = Math.Min(low, scorers - 1);
        return (first, Math.Min(Math.Max(high, first + 1), scorers));
    }

    /// <summary>Reads <c>all</c> or two bounds with a comma between: <c>0%,30%</c>, <c>0,0.3</c>, <c>2,10</c>.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static IntervalRange Parse(string text)
    {
        if (text.Trim().Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            return All;
        }

        string[] parts = text.Split(',');
        return parts.Length == 2
            ? new(IntervalBound.Parse(parts[0]), IntervalBound.Parse(parts[1]))
            : throw new FormatException($"'{text}' is not an interval: give two bounds such as 0%,30% or 1,5, or the word all.");
    }

    public override string ToString() => this == All ? "all" : $"{From},{To}";
}
