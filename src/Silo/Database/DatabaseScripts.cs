using System.Text.RegularExpressions;

namespace MuSc.Silo.Database;

/// <summary>
/// The tables and queries through which Orleans' ADO.NET providers work, written for this project after the providers'
/// documented contract (query keys, parameter names, column names). They are resources of this assembly.
/// </summary>
internal static partial class DatabaseScripts
{
    /// <summary>The statements that create what is missing; running them again changes nothing.</summary>
    /// <param name="kind"><c>postgres</c> or <c>sqlite</c>.</param>
    public static string Tables(string kind) => Resource($"{kind}-tables.sql");

    /// <summary>The queries by their keys.</summary>
    /// <param name="kind"><c>postgres</c> or <c>sqlite</c>.</param>
    public static IReadOnlyDictionary<string, string> Queries(string kind) => QueryStart().Split(Resource($"{kind}-queries.sql")).Skip(1)
        .Chunk(2)
        .ToDictionary(part => part[0], part => part[1].Trim().TrimEnd(';'));

    [GeneratedRegex(@"^-- query (\w+)\s*$", RegexOptions.Multiline)]
    private static partial Regex QueryStart();

    private static string Resource(string name)
    {
        using Stream stream = typeof(DatabaseScripts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
