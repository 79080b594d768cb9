using System.Net;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Processes;

namespace MuSc.Cluster.Tests.Network;

/// <summary>Who reaches what: ports of a server from another host, a cluster without its database. What a client may call is in <see cref="ClientCallTests"/>.</summary>
public sealed class ReachTests
{
    [NetworkFact]
    public async Task DefaultServer_AnswersOnItsLoopbackAndToNoOtherHost()
    {
        using NetworkHosts network = new();
        using TempFolder folder = new();
        NetworkHost host = network.Add("server");
        NetworkHost other = network.Add("other");
        using ServerProcess server = new(host, "serve", "--data", folder.At("default"));
        await server.ReadyAsync();
        IReadOnlyList<IPEndPoint> ports = ListeningPorts.Of(server.Id);
        Assert.Equal(3, ports.Count);
        foreach (IPEndPoint port in ports)
        {
            Assert.True(await host.ReachesAsync(IPAddress.Loopback, port.Port), $"{port} does not answer on its loopback.");
            Assert.False(await other.ReachesAsync(host.Address, port.Port), $"{port} answers to another host.");
        }

        // The same question finds ports that are open: those for silos and clients of a server with an address.
        using ServerProcess open = new(host, "serve", "--data", folder.At("open"), "--address", $"{host.Address}");
        await open.ReadyAsync();
        List<int> found = [];
        foreach (IPEndPoint port in ListeningPorts.Of(open.Id))
        {
            if (await other.ReachesAsync(host.Address, port.Port))
            {
                found.Add(port.Port);
            }
        }

        Assert.Equal(2, found.Count);
        Assert.Contains(open.GatewayPort, found);
        Assert.DoesNotContain(open.HttpPort, found);
    }

    [NetworkFact(database: true)]
    public async Task ClientThatCannotReachTheDatabase_WorksWithAGatewaysAddress()
    {
        using TempFolder folder = new();
        using TestSet set = TestSet.Synthetic(9, 48);
        string[] job = HostedCluster.Words(set);
        string local = (await MuscProcess.RunAsync(["score", .. job, "--json", "--out", folder.At("local")])).Expect(0).Json.GetProperty("images").GetRawText();
        await using HostedCluster cluster = await HostedCluster.StartAsync(2);
        NetworkHost database = cluster.Database.Host!;
        Assert.True(await cluster.Client.ReachesAsync(database.Address, cluster.Database.Port));
        cluster.Client.LoseTo([database]);
        Assert.False(await cluster.Client.ReachesAsync(database.Address, cluster.Database.Port));

        MuscProcess submitted = await cluster.RunAsync(cluster.Silos[0], ["submit", .. job, "--upload", "--watch", "--json"]);
        Assert.Equal(local, submitted.Json.GetProperty("images").GetRawText());
    }
}
