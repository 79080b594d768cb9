using Microsoft.Data.Sqlite;

namespace MuSc.Silo.Database;

/// <summary>The file in which the silos of one machine keep job records.</summary>
public static class SqliteDatabase
{
    /// <summary>The provider's name for Orleans, which finds Microsoft.Data.Sqlite under it.</summary>
    public const string Invariant = "System.Data.SQLite";

    /// <summary>The queries by their keys.</summary>
    public static IReadOnlyDictionary<string, string> Queries => DatabaseScripts.Queries("sqlite");

    /// <summary>Creates the tables that are missing and stores the queries; safe to repeat.</summary>
    /// <param name="path">The file; it is created where it is missing.</param>
    /// <returns>The connection string.</returns>
    /// <exception cref="IOException">The file is not such a database, or cannot be written.</exception>
    public static string Initialize(string path)
    {
        string connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
        try
        {
            using SqliteConnection connection = new(connectionString);
            connection.Open();
            // Written ahead, so that silos of one machine read while another writes; every commit is durable.
            Execute(connection, "PRAGMA journal_mode = WAL");
            using SqliteTransaction transaction = connection.BeginTransaction();
            Execute(connection, DatabaseScripts.Tables("sqlite"));
            foreach ((string key, string text) in Queries)
            {
                Execute(
                    connection,
                    "INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ($key, $text) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText",
                    ("$key", key), ("$text", text));
            }

            transaction.Commit();
            return connectionString;
        }
        catch (SqliteException error)
        {
            throw new IOException($"{path}: the job records cannot be opened: {error.Message}", error);
        }
    }

    private static void Execute(SqliteConnection connection, string sql, params (string Name, string Value)[] parameters)
    {
        using SqliteCommand command = connection.CreateCommand();
        // The scripts are this assembly's own resources.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, string value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }
}
