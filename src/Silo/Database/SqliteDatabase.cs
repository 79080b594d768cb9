using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace MuSc.Silo.Database;

/// <summary>
/// The file in which the silos of one machine keep job records. It lies on the disk of the results, which jobs may fill: while it is
/// open, it holds room in reserve, so that the end of a job that failed for want of room can still be recorded.
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    /// <summary>The provider's name for Orleans, which finds Microsoft.Data.Sqlite under it.</summary>
    public const string Invariant = "System.Data.SQLite";

    private const int ReservedBytes = 2 << 20;

    // While one connection is open, the log of writes keeps its size.
    private readonly SqliteConnection _connection;

    private SqliteDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>The queries by their keys.</summary>
    public static IReadOnlyDictionary<string, string> Queries => Schema.Sqlite.Queries;

    /// <summary>For Orleans' provider.</summary>
    public string ConnectionString => _connection.ConnectionString;

    /// <summary>Opens the file, and creates its tables or brings those of an earlier build to this one's version; safe to repeat.</summary>
    /// <param name="path">The file; it is created where it is missing.</param>
    /// <exception cref="IOException">The file is not such a database, or cannot be written.</exception>
    /// <exception cref="JobException">A newer build has written the file.</exception>
    public static SqliteDatabase Open(string path)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            // Written ahead, so that silos of one machine read while another writes; every commit is durable.
            Execute(connection.Command("PRAGMA journal_mode = WAL"));
            // Calls of this provider have ended when they return.
            Schema.Sqlite.MigrateAsync(connection, CancellationToken.None).GetAwaiter().GetResult();
            Reserve(connection);
            return new(connection);
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw new IOException($"{path}: the job records cannot be opened: {error.Message}", error);
        }
        catch (JobException error)
        {
            connection.Dispose();
            throw new JobException(error.Kind, $"{path}: {error.Message}", error);
        }
    }

    public void Dispose() => _connection.Dispose();

    // What was written once stays allocated, in the log and, after the checkpoint, as free pages of the file.
    private static void Reserve(SqliteConnection connection)
    {
        Execute(connection.Command("CREATE TABLE IF NOT EXISTS Reserve (Bytes BLOB)"));
        Execute(connection.Command("INSERT INTO Reserve VALUES (zeroblob(@bytes))", ("@bytes", ReservedBytes)));
        Execute(connection.Command("PRAGMA wal_checkpoint(PASSIVE)"));
        Execute(connection.Command("DELETE FROM Reserve"));
    }

    private static void Execute(DbCommand command)
    {
        using (command)
        {
            command.ExecuteNonQuery();
        }
    }
}
