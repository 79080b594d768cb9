using MuSc.Client;
using MuSc.Cluster.Tests.Network;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>Silo processes on a PostgreSQL server of their own.</summary>
/// <param name="durable">Whether the database flushes what it commits.</param>
/// <param name="network">Where the database and each silo have a host of their own; null for this machine.</param>
public sealed class ProcessCluster(bool durable = false, NetworkHosts? network = null) : IAsyncDisposable
{
    private readonly List<SiloProcess> _silos = [];
    private int _started;

    /// <summary>Where results and scratch lie.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("musc-cluster").FullName;

    /// <summary>The database.</summary>
    public PostgresServer Database { get; } = new(durable, network?.Add("database"));

    /// <summary>Every silo that was ever started.</summary>
    public IReadOnlyList<SiloProcess> All => _silos;

    /// <summary>Those that run.</summary>
    public IReadOnlyList<SiloProcess> Running => [.. _silos.Where(silo => silo.Runs)];

    /// <summary>Starts silos until so many run.</summary>
    /// <param name="silos">How many.</param>
    /// <param name="settings">Further settings of those that are started, as environment variables.</param>
    public async Task StartAsync(int silos, IReadOnlyDictionary<string, string>? settings = null)
    {
        List<SiloProcess> begun = [];
        while (Running.Count < silos)
        {
            begun.Add(new(_started, Database.ConnectionString, Folder, settings, host: network?.Add($"silo-{_started}")));
            _started++;
            _silos.Add(begun[^1]);
        }

        await Task.WhenAll(begun.Select(silo => silo.ReadyAsync()));
    }

    /// <summary>A client on this machine.</summary>
    public Task<MuScClient> ConnectAsync() =>
        MuScClient.ConnectAsync(ClusterAddress.Parse(Database.ConnectionString), CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _silos.ForEach(silo => silo.Dispose());
        Database.Dispose();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
