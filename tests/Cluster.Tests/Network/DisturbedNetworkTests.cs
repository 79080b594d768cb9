using System.Diagnostics;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Network;

/// <summary>
/// Three silos on hosts of their own, and a network that fails in the middle of a job. It fails for the silo that coordinates the
/// job, which owns blocks and works on tiles as well.
/// </summary>
public sealed class DisturbedNetworkTests : IAsyncLifetime
{
    private const int Silos = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(90);

    private readonly CancellationToken _patience = new CancellationTokenSource(Patience).Token;
    private readonly TestSet _set = TestSet.Synthetic(40, 48);
    private IReadOnlyList<ImageResult> _expected = [];

    public async Task InitializeAsync() => _expected = await _set.LocalAsync();

    public Task DisposeAsync()
    {
        _set.Dispose();
        return Task.CompletedTask;
    }

    [NetworkFact(database: true)]
    public async Task SiloCutOffUntilTheJobHasEnded_TheOthersEndIt()
    {
        await using HostedCluster cluster = await HostedCluster.StartAsync(Silos);
        (string job, SiloProcess cut) = await cluster.SubmitAsync(_set, _patience);
        cut.Host!.Cut();
        Stopwatch watch = Stopwatch.StartNew();
        await TakenOverAsync(cluster, job, cut);
        await cluster.ExpectAsync(job, _expected);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, LongestRecovery);

        // Until now it did not know that it was declared dead.
        Assert.True(cut.Runs);
        cut.Host.Join();
        await SiloProcess.UntilAsync(() => !cut.Runs, _patience);
        await cluster.ExpectAsync(job, _expected);
        Assert.Equal(Silos - 1, cluster.Running.Count);
    }

    [NetworkFact(database: true)]
    public async Task SiloCutOffThatComesBackInTheMiddleOfTheJob_CountsNothingTwice()
    {
        await using HostedCluster cluster = await HostedCluster.StartAsync(Silos);
        (string job, SiloProcess cut) = await cluster.SubmitAsync(_set, _patience);
        cut.Host!.Cut();
        // What it has to deliver arrives late, beside what the others compute again.
        await TakenOverAsync(cluster, job, cut);
        cut.Host.Join();
        await cluster.ExpectAsync(job, _expected);
        await SiloProcess.UntilAsync(() => !cut.Runs, _patience);
        Assert.Equal(Silos - 1, cluster.Running.Count);
    }

    [NetworkFact(database: true)]
    public Task SiloThatHearsTheOthersButIsNotHeard_SomeGoOnAndEndTheJob() => LoseOneWayAsync((unheard, others) => unheard.LoseTo(others));

    [NetworkFact(database: true)]
    public Task SiloThatIsHeardButHearsNoOther_SomeGoOnAndEndTheJob() => LoseOneWayAsync((deaf, others) =>
    {
        foreach (NetworkHost other in others)
        {
            other.LoseTo([deaf]);
        }
    });

    [NetworkFact(database: true)]
    public async Task DatabaseWhoseAnswersVanishForAWhile_TheJobGoesOn()
    {
        // Calls fail while it lasts rather than wait for its end.
        await using HostedCluster cluster = await HostedCluster.StartAsync(Silos, ";Timeout=3;Command Timeout=3");
        // From the beginning of the job: what the coordinator stores may be stored, but it does not hear of it.
        (string job, _) = await cluster.SubmitAsync(_set, _patience, tiles: 0);
        NetworkHost database = cluster.Database.Host!;
        NetworkHost[] silos = [.. cluster.Silos.Select(silo => silo.Host!)];
        database.LoseTo(silos);
        await SiloProcess.UntilAsync(() => cluster.Silos.Any(silo => silo.Events(SiloEvent.HeldUp, job).Count > 0), _patience);
        database.ReachAgain(silos);
        await cluster.ExpectAsync(job, _expected);
        Assert.Equal(Silos, cluster.Running.Count);
    }

    // Either side may declare the other dead first, since one vote is enough. One that was declared dead cannot do so any more.
    private async Task LoseOneWayAsync(Action<NetworkHost, NetworkHost[]> lose)
    {
        await using HostedCluster cluster = await HostedCluster.StartAsync(Silos);
        (string job, SiloProcess one) = await cluster.SubmitAsync(_set, _patience);
        lose(one.Host!, [.. cluster.Silos.Where(silo => silo != one).Select(silo => silo.Host!)]);
        await SiloProcess.UntilAsync(() => cluster.Running.Count < Silos, _patience);
        await cluster.ExpectAsync(job, _expected);
        Assert.NotEmpty(cluster.Running);
    }

    // Others than the silo that was cut off own its blocks.
    private Task TakenOverAsync(HostedCluster cluster, string job, SiloProcess cut) => SiloProcess.UntilAsync(
        () => cluster.Silos.Any(silo => silo != cut && silo.Events(SiloEvent.Owned, job).Any(owned => owned.Number("Epoch") == 2)), _patience);
}
