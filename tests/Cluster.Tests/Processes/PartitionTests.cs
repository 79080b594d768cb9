using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>A silo that nobody hears of for longer than the others wait, and that then goes on as if nothing had been.</summary>
public sealed class PartitionTests
{
    private const string Job = "partition";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [PostgresFact]
    public async Task A_silo_that_was_cut_off_and_comes_back_counts_nothing_twice()
    {
        using CancellationTokenSource patience = new(Patience);
        using TestSet set = TestSet.Synthetic(40, 48);
        IReadOnlyList<ImageResult> expected = await set.LocalAsync();
        await using ProcessCluster cluster = new();
        await cluster.StartAsync(3);
        await using MuScClient client = await cluster.ConnectAsync();
        await client.SubmitAsync(set.Spec, Job, patience.Token);
        await SiloProcess.UntilAsync(() => cluster.All.Sum(silo => silo.Tiles(Job)) > 100, patience.Token);

        // Its calls under way stay unanswered, and its own deliveries arrive when their owners have long been made anew.
        SiloProcess cut = cluster.All.First(silo => Owns(silo, 1) && silo.Tiles(Job) > 0);
        int before = cut.Tiles(Job);
        cut.Pause();
        await SiloProcess.UntilAsync(() => cluster.All.Any(silo => silo != cut && Owns(silo, 2)), patience.Token);
        cut.Resume();

        Assert.Equal(expected, (await client.ResultsAsync(Job, patience.Token)).Images);

        // It ends, as one that was declared dead.
        await SiloProcess.UntilAsync(() => !cut.Runs, patience.Token);
        Assert.True(before > 0 && cluster.Running.Count == 2);
    }

    private static bool Owns(SiloProcess silo, int epoch) => silo.Events(SiloEvent.Owned, Job).Any(owned => owned.Number("Epoch") == epoch);
}
