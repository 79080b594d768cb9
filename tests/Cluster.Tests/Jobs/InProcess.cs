using Microsoft.Extensions.DependencyInjection;
using MuSc.Grains;
using MuSc.Grains.Compute;
using MuSc.Grains.Storage;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>Silos in this process.</summary>
internal static class InProcess
{
    /// <summary>Starts some.</summary>
    /// <param name="results">Their results root.</param>
    /// <param name="scratch">Their scratch folder.</param>
    /// <param name="silos">How many.</param>
    /// <param name="memory">How the memory of each is divided; the default is by its roles.</param>
    /// <param name="storage">Adds the storage; the default is in memory.</param>
    public static async Task<InProcessTestCluster> StartAsync(
        string results, string scratch, int silos = 2, SiloMemory? memory = null, Action<ISiloBuilder>? storage = null)
    {
        InProcessTestClusterBuilder builder = new((short)silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMuSc(new MuScOptions { ResultsRoot = results, Scratch = scratch, Threads = 1 }, memory);
            (storage ?? (silo => AddMemory(silo, StorageNames.Default)))(silo);
            // By which the cluster of a test is observed.
            silo.Services.Configure<ClientCallOptions>(calls => calls.Plumbing.Add("Orleans.Runtime.TestHooks.ITestHooks"));
            silo.UseInMemoryReminderService();
        });
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    /// <summary>Storage in memory, with states serialized as silos do it.</summary>
    public static void AddMemory(ISiloBuilder silo, string name) => silo.AddMemoryGrainStorage(name, storage => storage.Configure<Serializer>(
        (memory, serializer) => memory.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer)));
}
