using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>
/// Three silo processes on PostgreSQL, of which some are killed. In the test command: a small set and one kill. The soak run
/// (<c>tests/soak/cluster-kills.sh</c>) asks for 60 seeded runs with larger sets.
/// </summary>
public sealed class KilledSilosTests
{
    private const int Silos = 3;
    // Until the others know of a silo's death, and what it was at is done again.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(45);

    [PostgresFact]
    public async Task Killed_silos_change_no_bit()
    {
        int runs = Soak.Setting("MUSC_CLUSTER_RUNS", 1);
        bool full = runs > 1;
        int size = Soak.Setting("MUSC_CLUSTER_SIZE", 48);
        using TestSet synthetic = TestSet.Synthetic(full ? 200 : 40, size);
        using TestSet? cookies = full ? TestSet.Of(Shared.At("data", "aws_cookie", "test"), size) : null;
        TestSet[] sets = cookies is null ? [synthetic] : [cookies, synthetic];
        List<IReadOnlyList<ImageResult>> expected = [];
        foreach (TestSet set in sets)
        {
            expected.Add(await set.LocalAsync());
        }

        await using ProcessCluster cluster = new();
        await cluster.StartAsync(Silos);
        await using MuScClient client = await cluster.ConnectAsync();
        // The first run also loads and compiles everything in the three processes; the second is what is compared with.
        await Soak.RunAsync(client, sets, expected, "cold", _ => Task.CompletedTask);
        TimeSpan undisturbed = await Soak.RunAsync(client, sets, expected, "undisturbed", _ => Task.CompletedTask);
        Soak.Report($"undisturbed: {undisturbed.TotalSeconds:F1} s");
        for (int seed = 0; seed < runs; seed++)
        {
            Random random = new(seed);
            int kills = seed % 3 == 2 ? 2 : 1;
            string name = $"seed-{seed}";
            List<SiloProcess> killed = [];
            List<string> moments = [];
            TimeSpan took = await Soak.RunAsync(client, sets, expected, name, async cancellationToken =>
            {
                // Moments of the work, not of the clock: a kill after the end would show nothing.
                int tiles = sets.Select((_, index) => Done(cluster, $"undisturbed-{index}")).Sum();
                foreach (double share in Enumerable.Range(0, kills).Select(_ => (random.NextDouble() * 1.05) - 0.1).Order().ToList())
                {
                    if (share < 0)
                    {
                        int blocks = random.Next(1, 4);
                        await SiloProcess.UntilAsync(() => sets.Select((_, index) => Extracted(cluster, $"{name}-{index}")).Sum() >= blocks, cancellationToken);
                    }

                    await SiloProcess.UntilAsync(() => sets.Select((_, index) => Done(cluster, $"{name}-{index}")).Sum() >= share * tiles, cancellationToken);

                    SiloProcess victim = seed % 3 == 0 && killed.Count == 0
                        ? cluster.Running.First(silo => silo.Events(SiloEvent.Coordinates, $"{name}-0").Count > 0)
                        : cluster.Running[random.Next(cluster.Running.Count)];
                    moments.Add($"silo {victim.Number} at {sets.Select((_, index) => Done(cluster, $"{name}-{index}")).Sum()} tiles");
                    victim.Kill();
                    killed.Add(victim);
                }
            });
            Assert.True(took <= undisturbed + Grace, $"Seed {seed} took {took.TotalSeconds:F0} s, undisturbed {undisturbed.TotalSeconds:F0} s.");
            Soak.Report(Redone(cluster, killed, moments, name, sets, seed, took));
            await cluster.StartAsync(Silos);
        }
    }

    /// <summary>
    /// What was computed more than once, beside what is to be expected: of every block whose owner died, its deliveries since the last
    /// snapshot (a share of all of them, or one snapshot interval's); and what the dead silos' workers were at. On a machine that is busy
    /// with other things a snapshot may take longer than that.
    /// </summary>
    private static string Redone(
        ProcessCluster cluster, List<SiloProcess> killed, List<string> moments, string name, TestSet[] sets, int seed, TimeSpan took)
    {
        int redone = 0;
        int expected = 0;
        int tiles = 0;
        for (int index = 0; index < sets.Length; index++)
        {
            string job = $"{name}-{index}";
            (long, long, long)[] done = [.. cluster.All.SelectMany(silo => silo.Events(SiloEvent.TileDone, job))
                .Select(tile => (tile.Number("Pass"), tile.Number("Row"), tile.Number("Column")))];
            tiles += done.Distinct().Count();
            redone += done.Length - done.Distinct().Count();
            int blocks = cluster.All.SelectMany(silo => silo.Events(SiloEvent.Owned, job)).Select(owned => owned.Number("Block")).Distinct().Count();
            int lost = killed.Sum(silo => silo.Events(SiloEvent.Owned, job).Count);
            expected += lost * (int)Math.Ceiling(0.02 * blocks * 12);
        }

        // Each silo's two slots were at up to four tiles of a job, or did not hear of their end.
        expected += killed.Count * 2 * 4 * sets.Length * Silos;
        bool coordinator = killed.Exists(silo => sets.Index().Any(set => silo.Events(SiloEvent.Coordinates, $"{name}-{set.Index}").Count > 0));
        return $"seed {seed}: killed {string.Join(", ", moments)}{(coordinator ? ", a coordinator among them" : string.Empty)}; {took.TotalSeconds:F1} s; same bits; {tiles} tiles, {redone} computed again, {expected} expected at most";
    }

    private static int Extracted(ProcessCluster cluster, string job) => cluster.All.Sum(silo => silo.Events(SiloEvent.Extracted, job).Count);

    private static int Done(ProcessCluster cluster, string job) => cluster.All.Sum(silo => silo.Tiles(job));
}
