using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;
using MuSc.Silo.Database;
using Npgsql;

namespace MuSc.Cluster.Tests.Database;

/// <summary>Versions and roles of a cluster's database, on a server of the tests' own.</summary>
public sealed class PostgresDatabaseTests : IClassFixture<PostgresDatabaseTests.Server>
{
    private const string Secret = "s3cr3t-of-the-database";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly PostgresServer _server;

    public PostgresDatabaseTests(Server server) => _server = server.Running!;

    [PostgresFact]
    public async Task DatabaseOfAnEarlierBuild_IsRefusedUntilItIsMigrated_AndKeepsItsRows()
    {
        string database = await PreparedAsync("earlier");
        PostgresServer.Execute(database, "DROP TABLE MuScSchema; INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES ('kept')");
        JobException refused = await Assert.ThrowsAsync<JobException>(() => PostgresDatabase.CheckAsync(database, CancellationToken.None));
        Assert.Contains("is of version 1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("musc init-db", refused.Message, StringComparison.Ordinal);

        await PostgresDatabase.InitializeAsync(database, CancellationToken.None);
        await PostgresDatabase.CheckAsync(database, CancellationToken.None);
        Assert.Equal("kept", PostgresServer.Execute(database, "SELECT DeploymentId FROM OrleansMembershipVersionTable"));
        Assert.Equal(2L, PostgresServer.Execute(database, "SELECT count(*) FROM MuScSchema"));
    }

    [PostgresFact]
    public async Task DatabaseWithoutTables_IsRefused()
    {
        JobException refused = await Assert.ThrowsAsync<JobException>(() => PostgresDatabase.CheckAsync(Empty("nothing"), CancellationToken.None));
        Assert.Contains("run musc init-db", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task NewerDatabase_IsRefusedAndLeftAsItIs()
    {
        string database = await PreparedAsync("newer");
        PostgresServer.Execute(database, "INSERT INTO MuScSchema (Version) VALUES (99); UPDATE OrleansQuery SET QueryText = 'of the newer build'");
        foreach (Func<string, CancellationToken, Task> use in (Func<string, CancellationToken, Task>[])[PostgresDatabase.CheckAsync, PostgresDatabase.InitializeAsync])
        {
            JobException refused = await Assert.ThrowsAsync<JobException>(() => use(database, CancellationToken.None));
            Assert.Contains("older than the database", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal("of the newer build", PostgresServer.Execute(database, "SELECT min(QueryText) FROM OrleansQuery"));
    }

    [PostgresFact]
    public async Task SeveralThatPrepareItTogether_AllSucceed()
    {
        string database = Empty("together");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostgresDatabase.InitializeAsync(database, CancellationToken.None)));
        await PostgresDatabase.CheckAsync(database, CancellationToken.None);
        Assert.Equal((long)PostgresDatabase.Queries.Count, PostgresServer.Execute(database, "SELECT count(*) FROM OrleansQuery"));
    }

    [PostgresFact]
    public async Task DatabaseThatDoesNotAnswer_IsNamedWithoutItsPassword()
    {
        string database = $"Host=127.0.0.1;Port={Ports.Free()};Username=musc;Password={Secret};Database=gone";
        JobException refused = await Assert.ThrowsAsync<JobException>(() => PostgresDatabase.CheckAsync(database, CancellationToken.None));
        Assert.Contains("database gone at 127.0.0.1:", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{refused}", StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task SiloUnderItsRole_RunsAJob_CannotChangeStatements_AndNeverShowsThePassword()
    {
        using CancellationTokenSource patience = new(Patience);
        using TempFolder folder = new();
        using TestSet set = TestSet.Synthetic(6, 48);
        string owner = Empty("roles");
        foreach (string role in (string[])["silo", "reader"])
        {
            PostgresServer.Execute(owner, $"CREATE ROLE {role} LOGIN PASSWORD '{Secret}'");
        }

        MuscProcess prepared = await MuscProcess.RunAsync("init-db", "--cluster", owner, "--silo-role", "silo", "--reader-role", "reader");
        prepared.Expect(0);
        using SiloProcess silo = new(
            0, $"{_server.ConnectionTo("roles", "silo")};Password={Secret}", folder.At("silo"),
            new Dictionary<string, string> { ["Logging__LogLevel__Default"] = "Debug" });
        await silo.ReadyAsync();
        await using (MuScClient client = await MuScClient.ConnectAsync(ClusterAddress.Parse(_server.ConnectionTo("roles", "reader")), patience.Token))
        {
            string job = await client.SubmitAsync(set.Spec, patience.Token);
            Assert.Equal(await set.LocalAsync(), (await client.ResultsAsync(job, patience.Token)).Images);
        }

        await silo.LeaveAsync();
        Assert.NotEmpty(silo.Lines);
        Assert.DoesNotContain(silo.Lines, line => line.Contains(Secret, StringComparison.Ordinal));

        foreach ((string user, string sql) in new[]
        {
            ("silo", "UPDATE OrleansQuery SET QueryText = ''"), ("silo", "DROP TABLE OrleansQuery"), ("silo", "CREATE TABLE OrleansOther (Id int)"),
            ("reader", "UPDATE OrleansMembershipTable SET Status = 3"), ("reader", "SELECT count(*) FROM OrleansStorage"),
        })
        {
            PostgresException denied = Assert.Throws<PostgresException>(() => PostgresServer.Execute(_server.ConnectionTo("roles", user), sql));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
        }
    }

    [PostgresFact]
    public async Task RoleThatCouldChangeStatements_IsRefused()
    {
        string database = await PreparedAsync("mighty");
        PostgresServer.Execute(database, "CREATE ROLE creator LOGIN; GRANT CREATE ON SCHEMA public TO creator; CREATE ROLE heir LOGIN; GRANT musc TO heir");
        foreach ((string role, string why) in new[] { ("musc", "owner"), ("heir", "owner"), ("creator", "REVOKE CREATE"), ("nobody-there", "no role") })
        {
            JobException refused = await Assert.ThrowsAsync<JobException>(() => DatabaseRoles.GrantSiloAsync(database, role, CancellationToken.None));
            Assert.Equal(JobErrorKind.Usage, refused.Kind);
            Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(false, PostgresServer.Execute(database, "SELECT has_table_privilege('creator', 'orleansstorage', 'SELECT')"));
    }

    private string Empty(string name)
    {
        PostgresServer.Execute(_server.ConnectionTo("postgres"), $"CREATE DATABASE {name}");
        return _server.ConnectionTo(name);
    }

    private async Task<string> PreparedAsync(string name)
    {
        string database = Empty(name);
        await PostgresDatabase.InitializeAsync(database, CancellationToken.None);
        return database;
    }

    /// <summary>A server, where its programs are installed.</summary>
    public sealed class Server : IDisposable
    {
        public PostgresServer? Running { get; } = PostgresServer.Programs is null ? null : new();

        public void Dispose() => Running?.Dispose();
    }
}
