namespace MuSc.Contracts;

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
