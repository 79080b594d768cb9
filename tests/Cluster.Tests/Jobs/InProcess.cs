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
    /// <param name="storing">Sees every state before it is stored.</param>
    /// <param name="options">Changes other settings.</param>
    /// <param name="calls">Sees every call to a grain before it is made.</param>
    public static async Task<InProcessTestCluster> StartAsync(
        string results, string scratch, int silos = 2, SiloMemory? memory = null, Func<object?, Task>? storing = null,
        Action<MuScOptions>? options = null, Func<IIncomingGrainCallContext, Task>? calls = null)
    {
        InProcessTestClusterBuilder builder = new((short)silos);
        builder.ConfigureSilo((_, silo) =>
        {
            MuScOptions settings = new() { ResultsRoot = results, Scratch = scratch, Threads = 1, InputRoots = { ListedRoots.Any } };
            options?.Invoke(settings);
            silo.AddMuSc(settings, memory);
            if (calls is not null)
            {
                silo.AddIncomingGrainCallFilter(async context =>
                {
                    await calls(context);
                    await context.Invoke();
                });
            }

            AddMemory(silo, InterruptedStorage.Inner);
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                StorageNames.Default, (services, _) => new InterruptedStorage(services, storing ?? (_ => Task.CompletedTask)));
            // By which the cluster of a test is observed.
            silo.Services.Configure<ClientCallOptions>(calls => calls.Plumbing.Add("Orleans.Runtime.TestHooks.ITestHooks"));
            silo.UseInMemoryReminderService();
        });
        builder.ConfigureClient(client => client.AddActivityPropagation());
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    /// <summary>Storage in memory, with states serialized as silos do it.</summary>
    private static void AddMemory(ISiloBuilder silo, string name) => silo.AddMemoryGrainStorage(name, storage => storage.Configure<Serializer>(
        (memory, serializer) => memory.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer)));
}

/// <summary>Storage that calls something before it stores a state.</summary>
internal sealed class InterruptedStorage(IServiceProvider services, Func<object?, Task> storing) : IGrainStorage
{
    public const string Inner = "inner";

    private readonly IGrainStorage _inner = services.GetRequiredKeyedService<IGrainStorage>(Inner);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => _inner.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await storing(grainState.State);
        await _inner.WriteStateAsync(stateName, grainId, grainState);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => _inner.ClearStateAsync(stateName, grainId, grainState);
}
