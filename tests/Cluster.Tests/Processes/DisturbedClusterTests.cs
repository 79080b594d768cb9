using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>
/// Silo processes on PostgreSQL while the cluster changes: the database stops for a while, a silo joins, all silos are restarted in
/// turn. In the test command with a small set; the soak run (<c>tests/soak/cluster-disturbed.sh</c>) asks for aws_cookie and 200
/// synthetic images at the backbone's own size.
/// </summary>
public sealed class DisturbedClusterTests
{
    private const int Silos = 3;

    [PostgresFact]
    public async Task A_database_that_stops_a_silo_that_joins_and_a_rolling_restart_change_no_bit()
    {
        bool full = Soak.Setting("MUSC_CLUSTER_FULL", 0) > 0;
        int pause = Soak.Setting("MUSC_CLUSTER_DATABASE_PAUSE", 5);
        using TestSet synthetic = TestSet.Synthetic(full ? 200 : 60, full ? null : 48);
        using TestSet? cookies = full ? TestSet.Of(Shared.At("data", "aws_cookie", "test"), null) : null;
        TestSet[] sets = cookies is null ? [synthetic] : [cookies, synthetic];
        List<IReadOnlyList<ImageResult>> expected = [];
        foreach (TestSet set in sets)
        {
            expected.Add(await set.LocalAsync());
        }

        await using ProcessCluster cluster = new();
        await cluster.StartAsync(full ? Silos : Silos - 1);
        await using MuScClient client = await cluster.ConnectAsync();
        await RunAsync("undisturbed", _ => Task.CompletedTask, () => string.Empty);

        await RunAsync($"PostgreSQL stopped for {pause} s", async cancellationToken =>
        {
            await UntilScoringAsync(cancellationToken);
            cluster.Database.Stop();
            // Not a wait for something: that the database is away for so long is the disturbance.
            await Task.Delay(TimeSpan.FromSeconds(pause), cancellationToken);
            cluster.Database.Start();
        }, () => string.Empty);

        using (TestSet few = TestSet.Synthetic(12, null))
        {
            await SampleProgram.RunAsync(cluster, few);
        }

        if (full)
        {
            await cluster.Running[0].LeaveAsync();
        }

        // Many small tiles: a small job would be over before the silo is there.
        await RunAsync("a silo joined", async cancellationToken =>
        {
            await UntilScoringAsync(cancellationToken);
            await cluster.StartAsync(Silos);
        }, () =>
        {
            int tiles = Enumerable.Range(0, sets.Length).Sum(index => cluster.All[^1].Tiles($"a-silo-joined-{index}"));
            Assert.NotEqual(0, tiles);
            return $"; it computed {tiles} tiles";
        }, blockImages: full ? null : 1);

        await RunAsync("all three restarted in turn", async cancellationToken =>
        {
            await UntilScoringAsync(cancellationToken);
            foreach (SiloProcess silo in cluster.Running)
            {
                await silo.LeaveAsync();
                await cluster.StartAsync(Silos);
            }
        }, () => string.Empty);
        // A gauge: which silo had a tile to compute in the end depends on how long the restarts took.
        Assert.Contains("musc_tiles_pending", await cluster.Running[0].GetAsync("/metrics"), StringComparison.Ordinal);

        async Task RunAsync(string what, Func<CancellationToken, Task> disturb, Func<string> more, int? blockImages = null)
        {
            TimeSpan took = await Soak.RunAsync(client, sets, expected, what.Replace(' ', '-'), disturb, blockImages);
            Soak.Report($"{what}: {took.TotalSeconds:F1} s, same bits as musc score{more()}");
        }

        // Some tiles are done and some are not.
        Task UntilScoringAsync(CancellationToken cancellationToken)
        {
            int before = Tiles();
            return SiloProcess.UntilAsync(() => Tiles() >= before + 50, cancellationToken);
        }

        int Tiles() => cluster.All.Sum(silo => silo.Tiles());
    }
}
