using MuSc.Contracts;
using MuSc.Grains;
using MuSc.Grains.Jobs;
using Orleans.Core.Internal;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>What a client may call: the grains that are made for clients, and no other.</summary>
public sealed class ClientCallTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("musc-calls").FullName;
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await InProcess.StartAsync(_root, Path.Combine(_root, "scratch"), silos: 1);

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task CallsToInnerGrains_AreRefused()
    {
        IGrainFactory grains = _cluster.Client;
        Func<Task>[] calls =
        [
            () => grains.GetGrain<IJobCoordinatorGrain>("job").FailAsync(JobErrorKind.Usage, "mine now"),
            () => grains.GetGrain<IJobCoordinatorGrain>("job").StoredAsync(1, 0),
            () => grains.GetGrain<IJobCoordinatorGrain>("job").DescribeAsync(),
            () => grains.GetGrain<IJobRegisterGrain>(GrainKeys.Index).BeginAsync(new("job", JobState.Running, default, null, null)),
            () => grains.GetGrain<IJobRegisterGrain>(GrainKeys.Index).ActiveAsync(),
            () => grains.GetGrain<IManagementGrain>(0).GetHosts(),
            () => grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero),
            () => grains.GetGrain<IRemindable>(GrainId.Create("job", "job")).ReceiveReminder("keep going", default),
            () => grains.GetGrain<IJobGrain>("job").AsReference<IGrainManagementExtension>().DeactivateOnIdle().AsTask(),
        ];
        foreach (Func<Task> call in calls)
        {
            UnauthorizedAccessException error = await Assert.ThrowsAsync<UnauthorizedAccessException>(call);
            Assert.Contains("Clients cannot call", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(await grains.GetGrain<IJobIndexGrain>(GrainKeys.Index).ListAsync(new()));
        Assert.Null(await grains.GetGrain<IJobGrain>("job").StatusAsync(CancellationToken.None));
    }
}
