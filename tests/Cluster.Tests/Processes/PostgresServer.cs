using System.Diagnostics;
using MuSc.Cluster.Tests.Network;
using MuSc.Silo.Database;
using Npgsql;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>How a server stops.</summary>
public enum PostgresStop
{
    /// <summary>As a restart of its machine does: it ends its connections first.</summary>
    Fast,

    /// <summary>As a crash: it recovers when it starts again.</summary>
    Immediate,
}

/// <summary>A PostgreSQL server of the tests' own: its own data folder and port, on loopback only unless it has a host of its own, never as root.</summary>
public sealed class PostgresServer : IDisposable
{
    private readonly string _folder;
    private readonly bool _durable;

    /// <summary>Makes and starts the server, with the cluster's tables in it.</summary>
    /// <param name="durable">Whether it flushes what it commits, so that it survives <see cref="PostgresStop.Immediate"/>.</param>
    /// <param name="host">Where it runs, and lets every other host in; null for this machine.</param>
    public PostgresServer(bool durable = false, NetworkHost? host = null)
    {
        _durable = durable;
        Host = host;
        // A host of its own has every port to itself.
        Port = host is null ? Ports.Free() : 5432;
        _folder = Directory.CreateTempSubdirectory("musc-postgres").FullName;
        if (Environment.UserName == "root")
        {
            Run("chown", "postgres", _folder);
        }

        Postgres("initdb", "-D", Data, "-U", "musc", "-A", "trust", "-E", "UTF8", "--no-sync");
        if (host is not null)
        {
            File.AppendAllText(Path.Combine(Data, "pg_hba.conf"), "host all all samenet trust\n");
        }

        Start();
        Administer("CREATE DATABASE musc");
        PostgresDatabase.InitializeAsync(Connection(_folder, "musc"), CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Where the programs of a server are; null where PostgreSQL is not installed.</summary>
    public static string? Programs { get; } = (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
        .Select(version => Path.Combine(version, "bin"))
        .Where(folder => File.Exists(Path.Combine(folder, "initdb")))
        .Order(StringComparer.Ordinal)
        .LastOrDefault();

    /// <summary>Where it runs; null for this machine.</summary>
    public NetworkHost? Host { get; }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>The cluster's database, as hosts of its network reach it.</summary>
    public string ConnectionString => ConnectionTo("musc");

    private string Address => Host?.Address.ToString() ?? "127.0.0.1";

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Starts the server.</summary>
    public void Start() => Postgres(
        "pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_folder, "log"),
        "-o", $"-p {Port} -c listen_addresses={Address} -c unix_socket_directories={_folder} -c fsync={(_durable ? "on" : "off")}", "start");

    /// <summary>Stops it at once.</summary>
    public void Stop(PostgresStop how = PostgresStop.Fast) => Postgres("pg_ctl", "-D", Data, "-w", "-m", how.ToString().ToLowerInvariant(), "stop");

    /// <summary>Another database of this server, as its administrator or as another user.</summary>
    public string ConnectionTo(string database, string user = "musc") => Connection(Address, database, user);

    /// <summary>Executes a statement as the administrator, through its file, which is reached from this machine whatever its host.</summary>
    public void Administer(string sql) => Execute(Connection(_folder, "postgres"), sql);

    /// <summary>Executes a statement of a test's own.</summary>
    /// <returns>The first value of its answer, if there is one.</returns>
    public static object? Execute(string connectionString, string sql)
    {
        using NpgsqlConnection connection = new(connectionString);
        connection.Open();
#pragma warning disable CA2100
        using NpgsqlCommand command = new(sql, connection);
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        // A test that failed while the server was stopped fails with its own error, not with this one.
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            Stop();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Connection(string where, string database, string user = "musc") => $"Host={where};Port={Port};Username={user};Database={database}";

    private static void Run(string program, params string[] arguments)
    {
        // Its children inherit nothing to write to: a server that outlives this call would hold the pipes open.
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", program, .. arguments])
        {
            WorkingDirectory = "/",
        })!;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private void Postgres(string program, params string[] arguments)
    {
        string[] user = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
        string[] command = [.. Host?.Enter ?? [], .. user, Path.Combine(Programs!, program), .. arguments];
        Run(command[0], command[1..]);
    }
}
