using System.Data.Common;
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
        DbCommand turn = connection.Command("SELECT pg_advisory_xact_lock(7236835)");
        foreach (DbCommand command in DatabaseScripts.Installation(connection, "postgres").Prepend(turn))
        {
            await using (command)
            {
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
