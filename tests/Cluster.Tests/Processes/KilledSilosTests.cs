using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Engine.Results;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>
/// Three silo processes on PostgreSQL. In the test command: small sets, a kill, a restart of the database, a silo that joins and
/// a rolling restart. The soak run (<c>tests/soak/cluster-kills.sh</c>) asks for 30 seeded runs with the full sets.
/// </summary>
public sealed partial class KilledSilosTests
{
    private const int Silos = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(120);

    [PostgresFact]
    public async Task Killed_silos_change_no_bit()
    {
        int runs = Setting("MUSC_CLUSTER_RUNS", 1);
        bool full = runs > 1;
        using TestSet synthetic = TestSet.Synthetic(full ? 200 : 40, full ? 112 : 48);
        using TestSet? cookies = full ? TestSet.Of(Shared.At("data", "aws_cookie", "test"), 112) : null;
        TestSet[] sets = cookies is null ? [synthetic] : [cookies, synthetic];
        List<IReadOnlyList<ImageResult>> expected = [];
        foreach (TestSet set in sets)
        {
            expected.Add(await set.LocalAsync());
        }

        await using ProcessCluster cluster = new();
        await cluster.StartAsync(Silos);
        await using MuScClient client = await cluster.ConnectAsync();
        Report report = new(Environment.GetEnvironmentVariable("MUSC_CLUSTER_REPORT"));

        // The first run also loads and compiles everything in the three processes; the second is what is compared with.
        await RunAsync(client, sets, expected, "cold", _ => Task.CompletedTask);
        TimeSpan undisturbed = await RunAsync(client, sets, expected, "undisturbed", _ => Task.CompletedTask);
        report.Add($"undisturbed: {undisturbed.TotalSeconds:F1} s");
        for (int seed = 0; seed < runs; seed++)
        {
            Random random = new(seed);
            int kills = seed % 3 == 2 ? 2 : 1;
            string name = $"seed-{seed}";
            List<SiloProcess> killed = [];
            List<string> moments = [];
            TimeSpan took = await RunAsync(client, sets, expected, name, async cancellationToken =>
            {
                // Moments of the work, not of the clock: a kill after the end would show nothing.
                int tiles = sets.Select((_, index) => Done(cluster, $"undisturbed-{index}")).Sum();
                foreach (double share in Enumerable.Range(0, kills).Select(_ => (random.NextDouble() * 1.05) - 0.1).Order().ToList())
                {
                    if (share < 0)
                    {
                        await Task.Delay(random.Next(100, 2000), cancellationToken);
                    }

                    while (sets.Select((_, index) => Done(cluster, $"{name}-{index}")).Sum() < share * tiles)
                    {
                        await Task.Delay(20, cancellationToken);
                    }

                    SiloProcess victim = seed % 3 == 0 && killed.Count == 0
                        ? cluster.Running.First(silo => silo.Lines.Any(line => line.Contains($"coordinates job {name}-0", StringComparison.Ordinal)))
                        : cluster.Running[random.Next(cluster.Running.Count)];
                    moments.Add($"silo {victim.Number} at {sets.Select((_, index) => Done(cluster, $"{name}-{index}")).Sum()} tiles");
                    victim.Kill();
                    killed.Add(victim);
                }
            });
            Assert.True(took <= undisturbed + Grace, $"Seed {seed} took {took.TotalSeconds:F0} s, undisturbed {undisturbed.TotalSeconds:F0} s.");
            report.Add(Redone(cluster, killed, moments, name, sets, seed, took));
            await cluster.StartAsync(Silos);
        }
    }

    [PostgresFact]
    public async Task A_database_that_stops_a_silo_that_joins_and_a_rolling_restart_change_no_bit()
    {
        int pause = Setting("MUSC_CLUSTER_DATABASE_PAUSE", 5);
        using TestSet set = TestSet.Synthetic(40, 48);
        IReadOnlyList<ImageResult> expected = await set.LocalAsync();
        await using ProcessCluster cluster = new();
        await cluster.StartAsync(Silos - 1);
        await using MuScClient client = await cluster.ConnectAsync();
        Report report = new(Environment.GetEnvironmentVariable("MUSC_CLUSTER_REPORT"));

        TimeSpan stopped = await RunAsync(client, [set], [expected], "database", async cancellationToken =>
        {
            cluster.Database.Stop();
            await Task.Delay(TimeSpan.FromSeconds(pause), cancellationToken);
            cluster.Database.Start();
        });
        report.Add($"PostgreSQL stopped for {pause} s: {stopped.TotalSeconds:F1} s, same bits");

        await SampleProgram.RunAsync(cluster, set);

        TimeSpan joined = await RunAsync(client, [set], [expected], "joined", _ => cluster.StartAsync(Silos));
        Assert.Contains(cluster.All[^1].Lines, line => line.Contains("Job joined-0 tile", StringComparison.Ordinal));
        report.Add($"a silo joined: {joined.TotalSeconds:F1} s, same bits; it computed {cluster.All[^1].Lines.Count(line => line.Contains("Job joined-0 tile", StringComparison.Ordinal))} tiles");

        TimeSpan rolled = await RunAsync(client, [set], [expected], "rolling", async _ =>
        {
            foreach (SiloProcess silo in cluster.Running)
            {
                await silo.LeaveAsync();
                await cluster.StartAsync(Silos);
            }
        });
        report.Add($"all three restarted in turn: {rolled.TotalSeconds:F1} s, same bits");
        Assert.Contains("musc_tiles_done", await cluster.Running[0].GetAsync("/metrics"), StringComparison.Ordinal);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    private static async Task<TimeSpan> RunAsync(
        MuScClient client, TestSet[] sets, List<IReadOnlyList<ImageResult>> expected, string name, Func<CancellationToken, Task> disturb)
    {
        using CancellationTokenSource patience = new(Patience);
        Stopwatch watch = Stopwatch.StartNew();
        string[] jobs = [.. await Task.WhenAll(sets.Select((set, index) => client.SubmitAsync(set.Spec, $"{name}-{index}", patience.Token)))];
        Task disturbance = disturb(patience.Token);
        for (int index = 0; index < jobs.Length; index++)
        {
            JobResults results = await client.ResultsAsync(jobs[index], patience.Token);
            Assert.Equal(expected[index], results.Images);
        }

        TimeSpan took = watch.Elapsed;
        await disturbance;
        return took;
    }

    /// <summary>
    /// What was computed more than once, against what may be: of every block whose owner died, its deliveries since the last
    /// snapshot (a share of all of them, or one snapshot interval's); and what the dead silos' workers were at.
    /// </summary>
    private static string Redone(
        ProcessCluster cluster, List<SiloProcess> killed, List<string> moments, string name, TestSet[] sets, int seed, TimeSpan took)
    {
        string[] lines = [.. cluster.All.SelectMany(silo => silo.Lines)];
        int redone = 0;
        int allowed = 0;
        int tiles = 0;
        for (int index = 0; index < sets.Length; index++)
        {
            string job = $"Job {name}-{index} ";
            string[] done = [.. lines.Where(line => line.Contains(job + "tile", StringComparison.Ordinal)).Select(line => Tile().Match(line).Value)];
            tiles += done.Distinct().Count();
            redone += done.Length - done.Distinct().Count();
            int blocks = lines.Select(line => Owned().Match(line)).Where(match => match.Success && match.Groups[1].Value == $"{name}-{index}")
                .Select(match => match.Groups[2].Value).Distinct().Count();
            int lost = killed.Sum(silo => silo.Lines.Count(line => line.Contains(job, StringComparison.Ordinal) && Owned().IsMatch(line)));
            allowed += lost * (int)Math.Ceiling(0.02 * blocks * 12);
        }

        // Two jobs, 4 tiles at a time each, which the dead were at or whose end could not be told.
        allowed += killed.Count * 4 * sets.Length * Silos;
        Assert.True(redone <= allowed, $"Seed {seed}: {redone} tiles computed again, {allowed} allowed.");
        bool coordinator = killed.Exists(silo => silo.Lines.Any(line => line.Contains($"coordinates job {name}-", StringComparison.Ordinal)));
        return $"seed {seed}: killed {string.Join(", ", moments)}{(coordinator ? ", a coordinator among them" : string.Empty)}; {took.TotalSeconds:F1} s; same bits; {tiles} tiles, {redone} computed again, {allowed} allowed";
    }

    private static int Done(ProcessCluster cluster, string job) => cluster.All.Sum(silo => silo.Tiles(job));

    [GeneratedRegex(@"tile \d+/\d+/\d+ done")]
    private static partial Regex Tile();

    [GeneratedRegex(@"Job (\S+) block (\d+) owned in epoch")]
    private static partial Regex Owned();

    /// <summary>Lines of a results file, written as they come, so that a run that ends early leaves what it found.</summary>
    private sealed class Report(string? path)
    {
        public void Add(string line)
        {
            if (path is not null)
            {
                File.AppendAllText(path, line + Environment.NewLine);
            }
        }
    }
}
