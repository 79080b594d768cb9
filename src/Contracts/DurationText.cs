namespace MuSc.Contracts;

/// <summary>Lengths of time as people write them: <c>30m</c>, <c>12h</c>, <c>7d</c>.</summary>
public static class DurationText
{
    private const int Most = 100_000;

    private static readonly (char Letter, TimeSpan Unit)[] Units = [('d', TimeSpan.FromDays(1)), ('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1))];

    /// <summary>Reads one; null where the text is none.</summary>
    public static TimeSpan? TryParse(string text)
    {
        TimeSpan unit = Units.FirstOrDefault(known => text.EndsWith(known.Letter)).Unit;
        return unit > TimeSpan.Zero && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= Most
            ? count * unit
            : null;
    }

    /// <summary>Writes one in the largest unit that gives a whole number; parts of a minute are left out.</summary>
    public static string Of(TimeSpan time)
    {
        (char letter, TimeSpan unit) = Units.First(known => time.Ticks % known.Unit.Ticks == 0 || known.Letter == 'm');
        return string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / unit.Ticks}{letter}");
    }
}
