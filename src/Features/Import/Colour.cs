using System.Globalization;

namespace MuSc.Features.Import;

/// <summary>A value for each of red, green and blue, over 0…1.</summary>
public readonly record struct Colour(float Red, float Green, float Blue)
{
    /// <summary>The same value three times.</summary>
    public static Colour Grey(float value) => new(value, value, value);

    /// <summary>Reads three numbers with commas, or one for all three.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static Colour Parse(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length is 1 or 3
            ? new Colour(Number(parts[0]), Number(parts[parts.Length / 2]), Number(parts[^1]))
            : throw new FormatException($"'{text}' is not three numbers with commas");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Red},{Green},{Blue}");

    private static float Number(string text) => float.TryParse(text, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
        ? value
        : throw new FormatException($"'{text}' is not a number");
}
