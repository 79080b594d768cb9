using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;
using MuSc.Grains.Jobs;
using Npgsql;
using Orleans.Serialization;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>
/// What is left of jobs that have ended, on silo processes and a PostgreSQL server that flushes what it commits. In the test command a few
/// jobs; the soak run (<c>tests/soak/ended-jobs.sh</c>) asks for 100 kills and 200 jobs in a row.
/// </summary>
public sealed partial class EndedJobsTests : IDisposable
{
    private const int Silos = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly TestSet _set = TestSet.Synthetic(12, 48);

    public void Dispose()
    {
        _set.Dispose();
        _services.Dispose();
    }

    [PostgresFact]
    public async Task EndThatIsKilled_LeavesStateIndexAndFilesInAgreement()
    {
        int runs = Soak.Setting("MUSC_END_RUNS", 2);
        IReadOnlyList<ImageResult> expected = await _set.LocalAsync();
        await using ProcessCluster cluster = new(durable: true);
        await cluster.StartAsync(Silos);
        await EndAsync(cluster, "cold", _ => Task.CompletedTask);
        TimeSpan end = await EndAsync(cluster, "undisturbed", _ => Task.CompletedTask);
        Soak.Report($"from the last tile to the end, undisturbed: {end.TotalMilliseconds:F0} ms");
        for (int seed = 0; seed < runs; seed++)
        {
            Random random = new(seed);
            using CancellationTokenSource patience = new(Patience);
            string job = $"seed-{seed}";
            TimeSpan moment = 1.5 * random.NextDouble() * end;
            bool both = random.Next(3) == 0;
            bool database = seed % 2 == 1;
            TimeSpan took = await EndAsync(cluster, job, async cancellationToken =>
            {
                // Not a wait for something: the moment is what is drawn.
                await Task.Delay(moment, cancellationToken);
                SiloProcess[] victims = [.. cluster.Running.Where(silo => both || silo.Events(SiloEvent.Coordinates, job).Count > 0)];
                Array.ForEach(victims, silo => silo.Kill());
                if (database)
                {
                    cluster.Database.Stop(PostgresStop.Immediate);
                    cluster.Database.Start();
                }

                await cluster.StartAsync(Silos);
            });
            await using MuScClient client = await cluster.ConnectAsync();
            JobResults results = await client.ResultsAsync(job, patience.Token);
            Assert.Equal(expected, results.Images);
            Assert.Equal(JobState.Done, (await client.StatusAsync(job, patience.Token)).State);
            await SettledAsync(cluster, job, Path.GetDirectoryName(results.Folder)!, patience.Token);
            Assert.Empty(await client.VerifyAsync(job, patience.Token));
            Soak.Report($"seed {seed}: killed {(both ? "both silos" : "the coordinator's silo")}{(database ? " and the database" : string.Empty)} {moment.TotalMilliseconds:F0} ms "
                + $"after the last tile; ended after {took.TotalSeconds:F1} s; same bits; state, index and files agree");
        }
    }

    [PostgresFact]
    public async Task ManyJobs_LeaveNothing()
    {
        int jobs = Soak.Setting("MUSC_END_JOBS", 3);
        await using ProcessCluster cluster = new(durable: true);
        await cluster.StartAsync(Silos);
        await using MuScClient client = await cluster.ConnectAsync();
        await RunAsync("first");
        string before = await AtRestAsync(cluster);
        for (int job = 0; job < jobs; job++)
        {
            await RunAsync($"job-{job}");
        }

        Soak.Report($"{jobs} jobs in a row, deleted one by one; left before: {before}");
        string after = await AtRestAsync(cluster);
        Soak.Report($"left after: {after}");
        Assert.Equal(before, after);

        async Task RunAsync(string job)
        {
            await client.ResultsAsync(await client.SubmitAsAsync(_set.Spec, job, CancellationToken.None), CancellationToken.None);
            await client.DeleteAsync(job, CancellationToken.None);
        }
    }

    // The time from the moment that writing begins; what is done then may leave no silo that a client knows.
    private async Task<TimeSpan> EndAsync(ProcessCluster cluster, string job, Func<CancellationToken, Task> disturb)
    {
        using CancellationTokenSource patience = new(Patience);
        await using MuScClient client = await cluster.ConnectAsync();
        await client.SubmitAsync(_set.Spec, job, patience.Token);
        await using IAsyncEnumerator<JobProgress> progress = client.WatchAsync(job, patience.Token).GetAsyncEnumerator(patience.Token);
        while (await progress.MoveNextAsync() && progress.Current.Phase < JobPhase.Write)
        {
        }

        long began = TimeProvider.System.GetTimestamp();
        await disturb(patience.Token);
        await using MuScClient next = await cluster.ConnectAsync();
        await next.ResultsAsync(job, patience.Token);
        return TimeProvider.System.GetElapsedTime(began);
    }

    // The index says what the job says, and nobody holds anything of it.
    private async Task SettledAsync(ProcessCluster cluster, string job, string folder, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IndexRecord index = await IndexAsync(cluster.Database, cancellationToken);
            string metrics = await MetricsAsync(cluster);
            if (index.Jobs[job].State == JobState.Done && !index.Holding.Contains(job) && !index.Taken.ContainsKey(job)
                && !Directory.Exists(Path.Combine(folder, "work")) && Activations(metrics) is { Count: 0 })
            {
                return;
            }
        }
    }

    private async Task<IndexRecord> IndexAsync(PostgresServer database, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(database.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand read = new("SELECT PayloadBinary FROM OrleansStorage WHERE GrainTypeString = 'index'", connection);
        byte[] payload = (byte[])(await read.ExecuteScalarAsync(cancellationToken))!;
        return _services.GetRequiredService<Serializer>().Deserialize<IndexRecord>(payload)!;
    }

    // Rows and files, once activations and memory have gone: that is a moment after they were asked to.
    private static async Task<string> AtRestAsync(ProcessCluster cluster)
    {
        using CancellationTokenSource patience = new(Patience);
        string metrics;
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            metrics = await MetricsAsync(cluster);
        }
        while (Activations(metrics).Count > 0 || MemoryUsed().Matches(metrics).Any(match => match.Groups[1].Value != "0"));
        await using NpgsqlConnection connection = new(cluster.Database.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand count = new("SELECT count(*), sum(length(PayloadBinary)) FROM OrleansStorage", connection);
        await using NpgsqlDataReader rows = await count.ExecuteReaderAsync();
        Assert.True(await rows.ReadAsync());
        return $"{rows[0]} rows of {rows[1]} bytes, {Directory.GetFiles(cluster.Folder, "*", SearchOption.AllDirectories).Length} files, no activation, no bytes in memory";
    }

    private static async Task<string> MetricsAsync(ProcessCluster cluster) =>
        string.Concat(await Task.WhenAll(cluster.Running.Select(silo => silo.GetAsync("/metrics"))));

    // Of the grains that jobs have, by type.
    private static Dictionary<string, long> Activations(string metrics) => Activation().Matches(metrics)
        .GroupBy(match => match.Groups[2].Value)
        .Select(type => (type.Key, Alive: type.Sum(match => (match.Groups[1].Value == "created" ? 1 : -1) * long.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture))))
        .Where(type => type.Alive != 0)
        .ToDictionary(type => type.Key, type => type.Alive);

    [GeneratedRegex("""^orleans_catalog_activation_(created|destroyed)_total\{.*grain_type="(featureextractor|intervalaverage)"\} (\d+)""", RegexOptions.Multiline)]
    private static partial Regex Activation();

    [GeneratedRegex(@"^musc_memory_used_bytes\{.*\} (\S+)", RegexOptions.Multiline)]
    private static partial Regex MemoryUsed();
}
