namespace MuSc.Cli;

internal static class ParseResultExtensions
{
    /// <summary>What was given for an option, or null; System.CommandLine itself gives an empty array where a list is absent.</summary>
    public static T? Given<T>(this ParseResult parsed, Option<T?> option)
        where T : class => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;
}
