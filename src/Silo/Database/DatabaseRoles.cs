using System.Data.Common;
using Npgsql;

namespace MuSc.Silo.Database;

/// <summary>
/// What roles of PostgreSQL may do beside the owner of the tables, who runs <c>musc init-db</c>. Nobody but the owner can change the
/// statements that silos execute.
/// </summary>
public static class DatabaseRoles
{
    private const string All = "OrleansQuery, MuScSchema, OrleansMembershipVersionTable, OrleansMembershipTable, OrleansStorage, OrleansRemindersTable";
    private const string State = "OrleansMembershipVersionTable, OrleansMembershipTable, OrleansStorage, OrleansRemindersTable";
    private const string Gateways = "OrleansQuery, MuScSchema, OrleansMembershipVersionTable, OrleansMembershipTable";

    /// <summary>Lets a role be that of silos: it reads and writes their state and reads the statements.</summary>
    /// <param name="connectionString">The database, as the owner of its tables.</param>
    /// <param name="role">A role that exists.</param>
    /// <param name="cancellationToken">Gives up; nothing is granted then.</param>
    /// <exception cref="JobException">There is no such role, or it can do more than it should.</exception>
    public static Task GrantSiloAsync(string connectionString, string role, CancellationToken cancellationToken) => GrantAsync(
        connectionString, role, quoted => $"GRANT SELECT ON OrleansQuery, MuScSchema TO {quoted}; GRANT SELECT, INSERT, UPDATE, DELETE ON {State} TO {quoted}", cancellationToken);

    /// <summary>Lets a role find a cluster's gateways and see its silos; it reads no job and writes nothing.</summary>
    /// <param name="connectionString">The database, as the owner of its tables.</param>
    /// <param name="role">A role that exists.</param>
    /// <param name="cancellationToken">Gives up; nothing is granted then.</param>
    /// <exception cref="JobException">There is no such role, or it can do more than it should.</exception>
    public static Task GrantReaderAsync(string connectionString, string role, CancellationToken cancellationToken) =>
        GrantAsync(connectionString, role, quoted => $"GRANT SELECT ON {Gateways} TO {quoted}", cancellationToken);

    private static async Task GrantAsync(string connectionString, string role, Func<string, string> grants, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        string quoted = await ScalarAsync("SELECT quote_ident(rolname) FROM pg_roles WHERE rolname = @role") as string
            ?? throw new JobException(JobErrorKind.Usage, $"There is no role '{role}': CREATE ROLE makes it, as an administrator of the database.");
        string schema = (string)(await ScalarAsync("SELECT quote_ident(current_schema())"))!;
        await ScalarAsync($"GRANT USAGE ON SCHEMA {schema} TO {quoted}; REVOKE ALL ON {All} FROM {quoted}; {grants(quoted)}");
        await RefuseAsync(
            "SELECT pg_has_role(@role, (SELECT tableowner FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'orleansquery'), 'MEMBER')",
            "it is the owner of the tables, a member of the owner's role, or a superuser; take another role");
        await RefuseAsync("SELECT has_table_privilege(@role, 'orleansquery', 'INSERT, UPDATE, DELETE, TRUNCATE')", "another role that it belongs to may write OrleansQuery");
        await RefuseAsync(
            "SELECT has_schema_privilege(@role, current_schema(), 'CREATE')",
            $"it can put another table in the place of OrleansQuery: REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, and from the role");
        await RefuseAsync(
            "SELECT has_database_privilege(@role, current_database(), 'CREATE')",
            "it can put another table in the place of OrleansQuery: REVOKE CREATE ON DATABASE from it");
        await transaction.CommitAsync(cancellationToken);

        async Task<object?> ScalarAsync(string sql)
        {
            await using DbCommand command = sql.Contains("@role", StringComparison.Ordinal) ? connection.Command(sql, ("@role", role)) : connection.Command(sql);
            return await command.ExecuteScalarAsync(cancellationToken);
        }

        async Task RefuseAsync(string question, string why)
        {
            if (await ScalarAsync(question) is true)
            {
                throw new JobException(JobErrorKind.Usage, $"The role '{role}' could change the statements that silos execute: {why}. Nothing was granted to it.");
            }
        }
    }
}
