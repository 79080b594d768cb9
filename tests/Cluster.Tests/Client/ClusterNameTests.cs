using MuSc.Client;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;
using MuSc.Silo.Hosting;

namespace MuSc.Cluster.Tests.Client;

/// <summary>A cluster's and a service's identifiers, from the environment. It belongs to the whole process, so nothing runs beside these tests.</summary>
[Collection(nameof(ClusterNameTests))]
public sealed class ClusterNameTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("line-3", "inspection", "line-3", "inspection")]
    [InlineData(null, null, "musc", "musc")]
    public void Identifiers_AreThoseOfTheEnvironment(string? cluster, string? service, string clusterId, string serviceId)
    {
        Dictionary<string, string?> variables = new() { ["ORLEANS_CLUSTER_ID"] = cluster, ["ORLEANS_SERVICE_ID"] = service };
        Dictionary<string, string?> before = variables.ToDictionary(pair => pair.Key, pair => Environment.GetEnvironmentVariable(pair.Key));
        try
        {
            Set(variables);
            ClusterAddress address = ClusterAddress.Parse("localhost");
            Assert.Equal((clusterId, serviceId), (address.ClusterId, address.ServiceId));
            SiloSettings silo = new();
            Assert.Equal((clusterId, serviceId), (silo.ClusterId, silo.ServiceId));
        }
        finally
        {
            Set(before);
        }

        static void Set(Dictionary<string, string?> variables)
        {
            foreach ((string name, string? value) in variables)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }

    [Fact]
    public async Task Gateway_TakesClientsThatNameItsCluster_AndNoOthers()
    {
        Dictionary<string, string> names = new() { ["ORLEANS_CLUSTER_ID"] = "line-3", ["ORLEANS_SERVICE_ID"] = "inspection" };
        using SiloProcess silo = new(0, null, _folder.At("silo"), names);
        await silo.ReadyAsync();
        string gateway = $"localhost:{silo.GatewayPort}";
        (await MuscProcess.RunAsync(["jobs", "--cluster", gateway], _ => { }, names)).Expect(0);
        ClusterAddress other = ClusterAddress.Parse(gateway) with { ClusterId = "line-4", Patience = TimeSpan.FromSeconds(1) };
        await Assert.ThrowsAsync<JobException>(() => MuScClient.ConnectAsync(other, CancellationToken.None));
    }

    [CollectionDefinition(nameof(ClusterNameTests), DisableParallelization = true)]
    public sealed class Alone;
}
