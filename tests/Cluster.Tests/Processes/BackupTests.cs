using System.Diagnostics;
using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;
using Npgsql;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>A backup that was taken while a job ran, restored into another, empty cluster.</summary>
public sealed class BackupTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-backup").FullName;
    private readonly TestSet _small = TestSet.Synthetic(6, 48);
    private readonly TestSet _large = TestSet.Synthetic(24, 64);

    public void Dispose()
    {
        _small.Dispose();
        _large.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [SoakFact("tests/soak/backup.sh")]
    public async Task BackupOfABusyCluster_Restored_HasEveryJobAndGoesOn()
    {
        using CancellationTokenSource patience = new(Patience);
        string backup = Path.Combine(_folder, "backup");
        string[] ended = ["one", "two"];
        await using (ProcessCluster cluster = new())
        {
            await cluster.StartAsync(1);
            await using MuScClient client = await cluster.ConnectAsync();
            foreach (string job in ended)
            {
                await client.ResultsAsync(await client.SubmitAsAsync(_small.Spec, job, patience.Token), patience.Token);
            }

            await client.SubmitAsAsync(_large.Spec, "busy", patience.Token);
            await foreach (JobProgress progress in client.WatchAsync("busy", patience.Token))
            {
                if (progress.Phase == JobPhase.Score)
                {
                    break;
                }
            }

            await RunAsync("backup.sh", cluster, Path.Combine(cluster.Folder, "root"), backup);
        }

        await using ProcessCluster restored = new();
        await RunAsync("restore.sh", restored, backup, Path.Combine(restored.Folder, "root"));
        await restored.StartAsync(1);
        await using MuScClient after = await restored.ConnectAsync();
        Assert.Equal(["busy", .. ended], (await after.ListAsync(patience.Token)).Select(job => job.Id).Order());
        foreach (string job in ended)
        {
            Assert.Empty(await after.VerifyAsync(job, patience.Token));
            Assert.Equal(await _small.LocalAsync(), (await after.ResultsAsync(job, patience.Token)).Images);
        }

        Assert.Equal(await _large.LocalAsync(), (await after.ResultsAsync("busy", patience.Token)).Images);
        Soak.Report($"{ended.Length} ended jobs are listed and verified; the job that ran ended with the bits of one machine");
    }

    private static async Task RunAsync(string script, ProcessCluster cluster, params string[] arguments)
    {
        NpgsqlConnectionStringBuilder database = new(cluster.Database.ConnectionString);
        using Process process = Process.Start(new ProcessStartInfo(Path.Combine(Shared.Root, "k8s", "operations", script), arguments)
        {
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{PostgresServer.Programs}:{Environment.GetEnvironmentVariable("PATH")}",
                ["PGHOST"] = database.Host, ["PGPORT"] = $"{database.Port}", ["PGUSER"] = database.Username, ["PGDATABASE"] = database.Database,
            },
        })!;
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error);
    }
}
