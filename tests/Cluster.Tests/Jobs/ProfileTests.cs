using Microsoft.Extensions.DependencyInjection;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Features.Backbones;
using MuSc.Grains;
using MuSc.Grains.Features;
using MuSc.Grains.Messages;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>Silos that compute differently, in this process.</summary>
public sealed class ProfileTests : IDisposable
{
    private readonly TempFolder _root = new();
    private readonly TestSet _set = TestSet.Synthetic(12, 48);
    private int _silos;

    public void Dispose()
    {
        _set.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task SilosOfTwoProfiles_OneOfThemExtractsAJob()
    {
        await using InProcessTestCluster cluster = await StartAsync("b", "a", "b");
        JobResults results = await RunAsync(new ClusterClient(cluster.Client));
        Assert.Equal(await _set.LocalAsync(), results.Images);
        Assert.Contains("(b); batch 1", await File.ReadAllTextAsync(Path.Combine(results.Folder, "run.json")), StringComparison.Ordinal);
    }

    // As a silo of an earlier version does, or one with another file of the same backbone.
    [Fact]
    public async Task BlocksOfAnotherProfile_ArePutBack()
    {
        int changed = 0;
        // The profile of the block that is reported first is the job's.
        TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using InProcessTestCluster cluster = await StartAsync(
            async call =>
            {
                if (call.MethodName != nameof(IJobCoordinatorGrain.ExtractedAsync) || call.Request.GetArgument(0) is not ExtractionMessage extracted)
                {
                    return;
                }

                if (extracted.Block != 1)
                {
                    first.TrySetResult();
                }
                else if (Interlocked.Increment(ref changed) == 1)
                {
                    await first.Task.WaitAsync(TimeSpan.FromMinutes(1));
                    call.Request.SetArgument(0, extracted with { Profile = "onnxruntime 0; cpu", Hash = "other" });
                }
            },
            "a", "a");
        Assert.Equal(await _set.LocalAsync(), (await RunAsync(new ClusterClient(cluster.Client))).Images);
        Assert.InRange(changed, 1, int.MaxValue);
    }

    [Fact]
    public async Task ExtractorOfAnotherProfile_RefusesBeforeItComputes()
    {
        TaskCompletionSource<ExtractionMessage> reported = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using InProcessTestCluster cluster = await StartAsync(
            call =>
            {
                if (call.MethodName == nameof(IJobCoordinatorGrain.ExtractedAsync) && call.Request.GetArgument(0) is ExtractionMessage message)
                {
                    reported.TrySetResult(message);
                }

                return Task.CompletedTask;
            },
            "a");
        IServiceProvider silo = cluster.GetSiloServiceProvider();
        IFeatureExtractorGrain extractor = silo.GetRequiredService<IGrainFactory>().GetGrain<IFeatureExtractorGrain>("unknown/1/0", typeof(FeatureExtractorGrain).FullName);
        Assert.Null(await extractor.BeginAsync(new(_set.Spec with { Images = [new("none", "/none.png")] }, [0], NumericProfile.Platform(default, "b"))));
        ExtractionMessage refused = await reported.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(cluster.Silos[0].SiloAddress.ToParsableString(), refused.RefusedBy);
        Assert.Equal(NumericProfile.Platform(default, "a"), refused.Profile);
    }

    private Task<InProcessTestCluster> StartAsync(params string[] hardware) => StartAsync(_ => Task.CompletedTask, hardware);

    private Task<InProcessTestCluster> StartAsync(Func<IIncomingGrainCallContext, Task> calls, params string[] hardware) => InProcess.StartAsync(
        _root.At("root"), _root.At("scratch"), hardware.Length, options: settings => settings.Hardware = hardware[_silos++], calls: calls);

    private async Task<JobResults> RunAsync(MuScClient client) => await client.ResultsAsync(
        await client.SubmitAsync(_set.Spec with { BlockImages = 2 }, CancellationToken.None), CancellationToken.None);
}
