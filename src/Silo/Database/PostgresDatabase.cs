using System.Data.Common;
using Npgsql;

namespace MuSc.Silo.Database;

/// <summary>The database in which the silos of a cluster find each other and keep job records.</summary>
public static class PostgresDatabase
{
    /// <summary>The provider's name for Orleans.</summary>
    public const string Invariant = "Npgsql";

    /// <summary>Connections that a silo opens at most where its connection string names no number: nine silos fit into the 100 that a server admits by default.</summary>
    public const int Connections = 10;

    /// <summary>The queries by their keys.</summary>
    public static IReadOnlyDictionary<string, string> Queries => Schema.Postgres.Queries;

    /// <summary>Creates the tables, or brings those of an earlier build to this one's version; safe to repeat and for several at the same time.</summary>
    /// <param name="connectionString">The database; its user may create tables in it.</param>
    /// <param name="cancellationToken">Gives up; migrations that were completed stay.</param>
    /// <exception cref="JobException">The database is newer than this build.</exception>
    public static async Task InitializeAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync(cancellationToken);
        await Schema.Postgres.MigrateAsync(connection, cancellationToken);
    }

    /// <summary>A silo's connection string, with <see cref="Connections"/> where it does not say <c>Maximum Pool Size</c> itself.</summary>
    public static string Bounded(string connectionString) =>
        new DbConnectionStringBuilder { ConnectionString = connectionString }.Keys.Cast<string>()
            .Any(key => key.Replace(" ", string.Empty, StringComparison.Ordinal).ToUpperInvariant() is "MAXIMUMPOOLSIZE" or "MAXPOOLSIZE")
            ? connectionString
            : $"{connectionString};Maximum Pool Size={Connections}";

    /// <summary>Refuses a database that this build cannot work with.</summary>
    /// <param name="connectionString">The database; its user may read the tables.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">It does not answer, was never prepared, or is older or newer than this build.</exception>
    public static async Task CheckAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = new(connectionString);
            await connection.OpenAsync(cancellationToken);
            await Schema.Postgres.CheckAsync(connection, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            NpgsqlConnectionStringBuilder database = new(connectionString);
            throw new JobException(
                JobErrorKind.Resource, $"The database {database.Database} at {database.Host}:{database.Port} cannot be used: {error.Message}", error);
        }
    }
}
