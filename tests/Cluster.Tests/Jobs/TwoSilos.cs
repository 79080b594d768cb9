using MuSc.Client;
using MuSc.Contracts;
using MuSc.Grains.Compute;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>Two silos in this process, and a set of images.</summary>
public abstract class TwoSilos : IAsyncLifetime
{
    protected string Root { get; } = Directory.CreateTempSubdirectory("musc-in-process").FullName;

    protected TestSet Set { get; } = TestSet.Synthetic(15, 48);

    protected InProcessTestCluster Cluster { get; private set; } = null!;

    protected MuScClient Client => new ClusterClient(Cluster.Client);

    public async Task InitializeAsync() => Cluster = await StartAsync(memory: null);

    public async Task DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Set.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>Others, in the same folder.</summary>
    protected Task<InProcessTestCluster> StartAsync(SiloMemory? memory, Func<object?, Task>? storing = null) =>
        InProcess.StartAsync(Root, Path.Combine(Root, "scratch"), memory: memory, storing: storing);

    protected async Task<JobResults> RunAsync(ScoringJobSpec spec) =>
        await Client.ResultsAsync(await Client.SubmitAsync(spec, CancellationToken.None), CancellationToken.None);
}
