using System.CommandLine.Parsing;

namespace MuSc.Cli;

/// <summary>Makes options. Names are given as help shows them, the short one last: <c>--force, -f</c>.</summary>
internal static class NewOption
{
    /// <summary>A switch.</summary>
    public static Option<bool> Flag(string names, string description) => Of<bool>(names, null, description);

    /// <summary>An option with a value.</summary>
    /// <param name="names">Its names.</param>
    /// <param name="value">What help calls the value.</param>
    /// <param name="description">What it is for.</param>
    public static Option<T> Of<T>(string names, string? value, string description)
    {
        string[] all = names.Split(", ");
        return new(all[0], all[1..]) { Description = description, HelpName = value };
    }

    /// <summary>An option whose default help shows.</summary>
    public static Option<T> Of<T>(string names, string value, string description, T byDefault)
    {
        Option<T> option = Of<T>(names, value, description);
        option.DefaultValueFactory = _ => byDefault;
        return option;
    }

    /// <summary>An option with one value of a form of its own.</summary>
    public static Option<T> Of<T>(string names, string value, string description, Func<ArgumentResult, T> parse)
    {
        Option<T> option = Of<T>(names, value, description);
        option.CustomParser = parse;
        option.Arity = ArgumentArity.ExactlyOne;
        return option;
    }

    /// <summary>An option with a list of whole numbers.</summary>
    public static Option<int[]?> Numbers(string names, string description) => Of(names, "list", description, OptionParsers.Numbers);

    /// <summary>The option <c>--memory</c>.</summary>
    public static Option<long?> Memory(string description) => Of("--memory", "bytes", description, OptionParsers.Bytes);

    /// <summary>The option <c>--exif</c>.</summary>
    public static Option<bool> Exif() => Flag("--exif", "Turn images as their EXIF orientation says; by default they are taken as stored.");

    /// <summary>Refuses smaller numbers.</summary>
    public static Option<T> AtLeast<T>(this Option<T> option, int least)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) && value < least)
            {
                result.AddError($"{option.Name} is at least {least}.");
            }
        });
        return option;
    }

    /// <summary>What was given for an option, or null; System.CommandLine itself gives an empty array where a list is absent.</summary>
    public static T? Given<T>(this ParseResult parsed, Option<T?> option)
        where T : class => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;

    /// <summary>The names that were given, each alone or with commas between.</summary>
    public static IEnumerable<string> Names(this ParseResult parsed, Option<string[]> option) => (parsed.GetValue(option) ?? [])
        .SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
