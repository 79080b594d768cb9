using System.CommandLine.Parsing;
using System.Text.Json;

namespace MuSc.Cli;

/// <summary>Reads what options hold; an error becomes a usage error that names the option.</summary>
internal static class OptionParsers
{
    /// <summary>Refuses what looks like an option and is no file: a mistyped option would be taken for an image.</summary>
    public static void NoOptions(ArgumentResult result)
    {
        foreach (Token token in result.Tokens.Where(token => token.Value.StartsWith('-') && !Path.Exists(token.Value)))
        {
            string? meant = result.Parent is CommandResult { Command: Command command }
                ? command.Options.Select(option => option.Name).OrderBy(name => Distance(name, token.Value)).FirstOrDefault()
                : null;
            string hint = meant is not null && Distance(meant, token.Value) <= 3 ? $"; did you mean {meant}?" : ".";
            result.AddError($"There is no option '{token.Value}'{hint}");
        }
    }

    /// <summary>Whole numbers with commas between, such as <c>1,3,5</c>, or given one by one.</summary>
    public static int[]? Numbers(ArgumentResult result)
    {
        List<int> numbers = [];
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                result.AddError($"'{part}' is not a whole number; give numbers with commas between, such as 1,3,5.");
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    /// <summary>As <see cref="Numbers"/>, or the word <c>none</c>.</summary>
    public static int[]? NumbersOrNone(ArgumentResult result) => result.Tokens is [{ Value: "none" }] ? [] : Numbers(result);

    /// <summary>A whole number from 1 on, or 0 for the word <c>all</c>.</summary>
    public static int NumberOrAll(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text == "all")
        {
            return 0;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0)
        {
            return number;
        }

        result.AddError($"'{text}' is neither a whole number from 1 on nor 'all'.");
        return 0;
    }

    /// <summary>An interval such as <c>0%,30%</c> or <c>all</c>.</summary>
    public static IntervalRange? Interval(ArgumentResult result) => Parsed(result, IntervalRange.Parse);

    /// <summary>A number of images such as <c>12</c> or <c>5%</c>.</summary>
    public static FlagShare? Share(ArgumentResult result) => Parsed(result, FlagShare.Parse);

    /// <summary>A member of an enumeration, with hyphens between its words.</summary>
    public static T? Word<T>(ArgumentResult result)
        where T : struct, Enum
    {
        string text = result.Tokens[0].Value;
        T[] found = [.. Enum.GetValues<T>().Where(value => string.Equals(Spelled(value), text, StringComparison.OrdinalIgnoreCase))];
        if (found.Length == 0)
        {
            result.AddError($"'{text}' is not known; give one of {string.Join(", ", Enum.GetValues<T>().Select(Spelled))}.");
            return null;
        }

        return found[0];

        static string Spelled(T value) => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
    }

    /// <summary>A length of time such as <c>30m</c>, <c>12h</c> or <c>7d</c>.</summary>
    public static TimeSpan? Duration(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        TimeSpan? unit = text is [.., var letter] ? letter switch
        {
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        } : null;
        if (unit is { } one && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= 100_000)
        {
            return count * one;
        }

        result.AddError($"'{text}' is no length of time; give one such as 30m, 12h or 7d.");
        return null;
    }

    /// <summary>A number of bytes such as <c>2G</c>, <c>1500M</c> or <c>1.5GiB</c>; units are powers of 1024.</summary>
    public static long? Bytes(ArgumentResult result)
    {
        string text = result.Tokens[0].Value.Trim().ToUpperInvariant();
        string number = text.TrimEnd('B', 'I', 'K', 'M', 'G', 'T');
        double unit = text[number.Length..].TrimEnd('B').TrimEnd('I') switch
        {
            "" => 1,
            "K" => 1L << 10,
            "M" => 1L << 20,
            "G" => 1L << 30,
            "T" => 1L << 40,
            _ => double.NaN,
        };
        if (double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value * unit is > 0 and < long.MaxValue)
        {
            return (long)(value * unit);
        }

        result.AddError($"'{result.Tokens[0].Value}' is not an amount of memory; give bytes with a unit, such as 1500M or 2G.");
        return null;
    }

    // What a type of the contracts reads, with its own words for what it cannot.
    private static T? Parsed<T>(ArgumentResult result, Func<string, T> parse)
        where T : class
    {
        try
        {
            return parse(string.Join(',', result.Tokens.Select(token => token.Value)));
        }
        catch (FormatException error)
        {
            result.AddError(error.Message);
            return null;
        }
    }

    // Levenshtein's distance.
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
