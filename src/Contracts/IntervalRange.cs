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

    /// <summary>Passes over look-alikes: for sets in which the same defect sits in many images, 40 % to 70 %.</summary>
    public static IntervalRange Repeated { get; } = new(IntervalBound.Fraction(0.4), IntervalBound.Fraction(0.7));

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

/// <summary>One end of an interval: a fraction of the number of scorers, or a count of values.</summary>
/// <param name="Value">A fraction in [0, 1] or a whole count ≥ 0.</param>
/// <param name="IsFraction">Whether <paramref name="Value"/> is a fraction.</param>
public readonly record struct IntervalBound(double Value, bool IsFraction)
{
    /// <summary>A fraction of the scorers, 0 … 1.</summary>
    public static IntervalBound Fraction(double value) => value is >= 0 and <= 1
        ? new(value, true)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A fraction lies between 0 and 1 (0 % and 100 %).");

    /// <summary>A count of values, 0 or more.</summary>
    public static IntervalBound Count(int value) => value >= 0
        ? new(value, false)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A count of values is 0 or more.");

    /// <summary>The bound as a position among <paramref name="scorers"/> sorted values: ⌊fraction · M⌋, or the count cut to M.</summary>
    public int Position(int scorers) => IsFraction ? (int)Math.Floor(Value * scorers) : (int)Math.Min(Value, scorers);

    /// <summary>Reads <c>30%</c>, <c>0.3</c> (fractions) or <c>5</c> (a count); <c>0</c> is the same either way.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static IntervalBound Parse(string text)
    {
        string trimmed = text.Trim();
        bool percent = trimmed.EndsWith('%');
        if (!double.TryParse(percent ? trimmed[..^1] : trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            || !double.IsFinite(value))
        {
            throw new FormatException($"'{text}' is neither a percentage (30%), a fraction (0.3) nor a count (5).");
        }

        if (percent && value is >= 0 and <= 100)
        {
            return Fraction(value / 100);
        }

        return !percent && value is >= 0 and < 1 ? Fraction(value)
            : !percent && value >= 1 && value <= int.MaxValue && value == Math.Floor(value) ? Count((int)value)
            : throw new FormatException($"'{text}' is out of range: 0% … 100%, a fraction below 1, or a whole count of 1 or more.");
    }

    public override string ToString() => IsFraction
        ? (Value * 100).ToString("0.######", CultureInfo.InvariantCulture) + "%"
        : Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What becomes of the values that an interval keeps (paper, Table 5).</summary>
public enum Reduction
{
    /// <summary>Their mean, the method's default.</summary>
    Mean,

    /// <summary>The smallest of them.</summary>
    Min,

    /// <summary>The largest of them.</summary>
    Max,
}
