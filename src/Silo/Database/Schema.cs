using System.Data.Common;

namespace MuSc.Silo.Database;

/// <summary>
/// The versions of a kind of database. Migration n, the resource <c>KIND-n.sql</c>, leads from version n − 1 to n; a statement of
/// <c>KIND-queries.sql</c> changes only together with a new version. To add one: write its file and raise <see cref="Newest"/>.
/// Silos of the last version run on while the migration is applied, so that it adds, and what it makes needless goes a version later.
/// </summary>
internal sealed class Schema
{
    /// <summary>The version that this build works with.</summary>
    public const int Newest = 2;

    /// <summary>From this version on, the database knows its version.</summary>
    private const int FirstRecorded = 2;

    private readonly string _kind;
    private readonly string _hasTable;
    private readonly string? _turn;

    private Schema(string kind, string hasTable, string? turn) => (_kind, _hasTable, _turn) = (kind, hasTable, turn);

    /// <summary>Of a cluster on several machines.</summary>
    /// <remarks>The question reads the catalogue; to_regclass answers from a cache that may lag behind whoever held the lock before.</remarks>
    public static Schema Postgres { get; } = new(
        "postgres",
        "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = lower(@name)",
        "SELECT pg_advisory_xact_lock(7236835)");

    /// <summary>Of a cluster on one machine; its transactions take turns by themselves.</summary>
    public static Schema Sqlite { get; } = new("sqlite", "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(@name)", null);

    /// <summary>The statements that Orleans' providers execute, by their keys.</summary>
    public IReadOnlyDictionary<string, string> Queries => DatabaseScripts.Queries(_kind);

    /// <summary>Refuses a database that this build cannot work with.</summary>
    /// <param name="connection">The database, opened.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">It was never prepared, or is older or newer than this build.</exception>
    public async Task CheckAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        int version = await VersionAsync(connection, cancellationToken);
        CheckNotNewer(version);
        if (version < Newest)
        {
            throw new JobException(JobErrorKind.Resource, version == 0
                ? "The database has no tables of musc: run musc init-db."
                : $"The database is of version {version}, and this build needs version {Newest}: run musc init-db of this build.");
        }
    }

    /// <summary>
    /// Brings a database to the version of this build, each migration in a transaction of its own, and stores the statements. Safe to
    /// repeat, and safe beside others that do the same: before each step the version is read again.
    /// </summary>
    /// <param name="connection">The database, opened; its user may create tables.</param>
    /// <param name="cancellationToken">Gives up; migrations that were completed stay.</param>
    /// <exception cref="JobException">It is newer than this build.</exception>
    public async Task MigrateAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        bool migrated = false;
        while (!migrated)
        {
            await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (_turn is not null)
            {
                await ExecuteAsync(connection.Command(_turn), cancellationToken);
            }

            int version = await VersionAsync(connection, cancellationToken);
            CheckNotNewer(version);
            migrated = version == Newest;
            await (migrated ? StoreQueriesAsync(connection, cancellationToken) : StepAsync(connection, version + 1, cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }
    }

    private static void CheckNotNewer(int version)
    {
        if (version > Newest)
        {
            throw new JobException(
                JobErrorKind.Resource, $"The database is of version {version}, and this build, which knows version {Newest}, is older than the database: use a newer build.");
        }
    }

    private static async Task ExecuteAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task<int> NumberAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        }
    }

    private async Task<int> VersionAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (await HasAsync("MuScSchema"))
        {
            return await NumberAsync(connection.Command("SELECT max(Version) FROM MuScSchema"), cancellationToken);
        }

        // Earlier builds did not record one.
        return await HasAsync("OrleansQuery") ? FirstRecorded - 1 : 0;

        async Task<bool> HasAsync(string table) => await NumberAsync(connection.Command(_hasTable, ("@name", table)), cancellationToken) > 0;
    }

    private async Task StepAsync(DbConnection connection, int version, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection.Command(DatabaseScripts.Resource($"{_kind}-{version}.sql")), cancellationToken);
        if (version >= FirstRecorded)
        {
            await ExecuteAsync(connection.Command("INSERT INTO MuScSchema (Version) VALUES (@version)", ("@version", version)), cancellationToken);
        }
    }

    private async Task StoreQueriesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        foreach ((string key, string text) in Queries)
        {
            await ExecuteAsync(
                connection.Command(
                    "INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES (@key, @text) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText",
                    ("@key", key), ("@text", text)),
                cancellationToken);
        }
    }
}
