using System.Data.Common;
using System.Text.RegularExpressions;

namespace MuSc.Silo.Database;

/// <summary>
/// The tables and queries through which Orleans' ADO.NET providers work, written for this project after the providers'
/// documented contract (query keys, parameter names, column names). They are resources of this assembly.
/// </summary>
internal static partial class DatabaseScripts
{
    /// <summary>The queries by their keys.</summary>
    /// <param name="kind"><c>postgres</c> or <c>sqlite</c>.</param>
    public static IReadOnlyDictionary<string, string> Queries(string kind) => QueryStart().Split(Resource($"{kind}-queries.sql")).Skip(1)
        .Chunk(2)
        .ToDictionary(part => part[0], part => part[1].Trim().TrimEnd(';'));

    /// <summary>A command of the project's own; no part of <paramref name="sql"/> comes from outside.</summary>
    public static DbCommand Command(this DbConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object value) in parameters)
        {
            DbParameter parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>The text of a resource.</summary>
    public static string Resource(string name)
    {
        using Stream stream = typeof(DatabaseScripts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^-- query (\w+)\s*$", RegexOptions.Multiline)]
    private static partial Regex QueryStart();
}
