using Npgsql;

namespace MuSc.Silo.Database;

/// <summary>The database in which the silos of a cluster find each other and keep job records.</summary>
public static class PostgresDatabase
{
    /// <summary>The provider's name for Orleans.</summary>
    public const string Invariant = "Npgsql";

    /// <summary>The queries by their keys.</summary>
    public static IReadOnlyDictionary<string, string> Queries => DatabaseScripts.Queries("postgres");

    /// <summary>Creates the tables that are missing and stores the queries; safe to repeat.</summary>
    /// <param name="connectionString">The database; its user may create tables in it.</param>
    /// <param name="cancellationToken">Gives up; the database is then as it was.</param>
    public static async Task InitializeAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(7236835)", cancellationToken);
        await ExecuteAsync(connection, DatabaseScripts.Tables("postgres"), cancellationToken);
        foreach ((string key, string text) in Queries)
        {
            await using NpgsqlCommand command = new(
                "INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ($1, $2) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText", connection);
            command.Parameters.Add(new() { Value = key });
            command.Parameters.Add(new() { Value = text });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // The scripts are this assembly's own resources.
#pragma warning disable CA2100
        await using NpgsqlCommand command = new(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
