using MuSc.Client;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>Silo processes on a PostgreSQL server of their own.</summary>
public sealed class ProcessCluster : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-cluster").FullName;
    private readonly List<SiloProcess> _silos = [];
    private int _started;

    /// <summary>The database.</summary>
    public PostgresServer Database { get; } = new();

    /// <summary>Every silo that was ever started.</summary>
    public IReadOnlyList<SiloProcess> All => _silos;

    /// <summary>Those that run.</summary>
    public IReadOnlyList<SiloProcess> Running => [.. _silos.Where(silo => silo.Runs)];

    /// <summary>Starts silos until so many run.</summary>
    public async Task StartAsync(int silos)
    {
        List<SiloProcess> begun = [];
        while (Running.Count < silos)
        {
            begun.Add(new(_started++, Database.ConnectionString, _folder));
            _silos.Add(begun[^1]);
        }

        await Task.WhenAll(begun.Select(silo => silo.ReadyAsync()));
    }

    /// <summary>A client.</summary>
    public Task<MuScClient> ConnectAsync() =>
        MuScClient.ConnectAsync(ClusterAddress.Parse(Database.ConnectionString), CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _silos.ForEach(silo => silo.Dispose());
        Database.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
