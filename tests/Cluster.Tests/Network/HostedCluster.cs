using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Network;

/// <summary>A cluster in a network of its own: PostgreSQL, each silo and a client on a host each.</summary>
internal sealed class HostedCluster : IAsyncDisposable
{
    private readonly NetworkHosts _network = new();
    private readonly ProcessCluster _processes;

    private HostedCluster()
    {
        _processes = new(network: _network);
        Client = _network.Add("client");
    }

    /// <summary>The database.</summary>
    public PostgresServer Database => _processes.Database;

    /// <summary>Where commands of a user run.</summary>
    public NetworkHost Client { get; }

    /// <summary>Every silo that was ever started.</summary>
    public IReadOnlyList<SiloProcess> Silos => _processes.All;

    /// <summary>Those that run.</summary>
    public IReadOnlyList<SiloProcess> Running => _processes.Running;

    /// <summary>Starts it.</summary>
    /// <param name="silos">How many.</param>
    /// <param name="database">What silos add to the database's connection string.</param>
    public static async Task<HostedCluster> StartAsync(int silos, string database = "")
    {
        HostedCluster cluster = new();
        try
        {
            string connection = cluster.Database.ConnectionString + database;
            await cluster._processes.StartAsync(silos, new Dictionary<string, string> { ["Silo__ConnectionString"] = connection });
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A set and its settings as a user types them.</summary>
    public static string[] Words(TestSet set) =>
        [Path.GetDirectoryName(set.Spec.Images[0].Path)!, "--size", $"{set.Spec.Size}", "--no-report", "--no-overlays"];

    /// <summary>Runs a command to its end at the client's host; it succeeds.</summary>
    /// <param name="gateway">The silo to which it connects; null for any that the database names.</param>
    /// <param name="command">The command and its options but for the cluster.</param>
    public async Task<MuscProcess> RunAsync(SiloProcess? gateway, params string[] command)
    {
        string cluster = gateway is null ? Database.ConnectionString : $"{gateway.Host!.Address}:{gateway.GatewayPort}";
        return (await MuscProcess.RunAsync([.. command, "--cluster", cluster], _ => { }, launcher: Client.Enter)).Expect(0);
    }

    /// <summary>Submits a set and waits until the cluster is in the middle of it: some tiles are done and some are not.</summary>
    /// <returns>The job, and the silo that coordinates it.</returns>
    public async Task<(string Job, SiloProcess Coordinator)> SubmitAsync(TestSet set, CancellationToken cancellationToken, int tiles = 100)
    {
        string job = (await RunAsync(null, ["submit", .. Words(set)])).Out.Trim();
        await SiloProcess.UntilAsync(() => Silos.Sum(silo => silo.Tiles(job)) >= tiles && Coordinators(job).Any(), cancellationToken);
        return (job, Coordinators(job).First());
    }

    /// <summary>Waits for a job's end and compares its scores by bits.</summary>
    public async Task ExpectAsync(string job, IReadOnlyList<ImageResult> expected) =>
        Assert.Equal(PrintedResults.Of(expected), (await RunAsync(null, "results", job)).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _processes.DisposeAsync();
        _network.Dispose();
    }

    private IEnumerable<SiloProcess> Coordinators(string job) => Silos.Where(silo => silo.Events(SiloEvent.Coordinates, job).Count > 0);
}
