using System.Text.RegularExpressions;
using Npgsql;

namespace MuSc.Silo.Database;

/// <summary>
/// The tables and queries through which Orleans' PostgreSQL providers work, written for this project after the providers'
/// documented contract (query keys, parameter names, column names). Applying them again changes nothing but the queries.
/// </summary>
public static partial class ClusterDatabase
{
    /// <summary>Makes what is missing.</summary>
    /// <param name="connectionString">The database; its user may make tables in it.</param>
    /// <param name="cancellationToken">Gives up; the database is then as it was.</param>
    public static async Task InitializeAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(7236835)", cancellationToken);
        await ExecuteAsync(connection, Resource("tables.sql"), cancellationToken);
        foreach ((string key, string text) in Queries())
        {
            await using NpgsqlCommand command = new(
                "INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ($1, $2) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText", connection);
            command.Parameters.Add(new() { Value = key });
            command.Parameters.Add(new() { Value = text });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The queries by their keys.</summary>
    public static IReadOnlyDictionary<string, string> Queries() => QueryStart().Split(Resource("queries.sql")).Skip(1)
        .Chunk(2)
        .ToDictionary(part => part[0], part => part[1].Trim().TrimEnd(';'));

    [GeneratedRegex(@"^-- query (\w+)\s*$", RegexOptions.Multiline)]
    private static partial Regex QueryStart();

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // The scripts are this assembly's own resources.
#pragma warning disable CA2100
        await using NpgsqlCommand command = new(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Resource(string name)
    {
        using Stream stream = typeof(ClusterDatabase).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
