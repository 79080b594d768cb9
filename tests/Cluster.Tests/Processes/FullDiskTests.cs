using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>A results root or a scratch folder without room: on a small file system that only the silo's process sees.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-full-disk").FullName;

    [SmallDiskFact]
    public async Task A_full_disk_fails_the_job_with_its_reason_and_the_next_job_runs_when_there_is_room()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(3));
        using TestSet set = TestSet.Synthetic(24, 48);
        using SiloProcess silo = SiloProcess.Alone(_folder, ServeWith("12m", "root"));
        await silo.ReadyAsync();
        await using MuScClient client = await MuScClient.ConnectAsync(ClusterAddress.Parse($"localhost:{silo.GatewayPort}"), patience.Token);

        foreach (int tiles in (int[])[0, 200])
        {
            string job = $"full-{tiles}";
            using FileStream filler = new(silo.See(Path.Combine(_folder, "root", "filler")), FileMode.Create, FileAccess.Write, FileShare.Read, 1);
            if (tiles == 0)
            {
                Fill(filler);
            }

            await client.SubmitAsync(set.Spec, job, patience.Token);
            await SiloProcess.UntilAsync(() => silo.Tiles(job) >= tiles, patience.Token);

            Fill(filler);
            JobException failure = await Assert.ThrowsAsync<JobException>(() => client.ResultsAsync(job, patience.Token));
            Assert.Equal(JobErrorKind.Resource, failure.Kind);
            Assert.Contains("the disk is full", failure.Message, StringComparison.Ordinal);
            Assert.Contains(Path.Combine(_folder, "root", "jobs", job), failure.Message, StringComparison.Ordinal);
            filler.SetLength(0);
        }

        IReadOnlyList<ImageResult> expected = await set.LocalAsync();
        await client.SubmitAsync(set.Spec, "roomy", patience.Token);
        Assert.Equal(expected, (await client.ResultsAsync("roomy", patience.Token)).Images);
    }

    [SmallDiskFact(database: true)]
    public async Task A_silo_without_room_for_features_leaves_its_blocks_to_another()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(3));
        // 80 images of 0.6 MB of features; both silos together hold 36 MB in memory.
        using TestSet set = TestSet.Synthetic(80, 224);
        Dictionary<string, string> settings = new() { ["MuSc__MemoryBytes"] = $"{64 << 20}" };
        using PostgresServer database = new();
        using SiloProcess roomy = new(0, database.ConnectionString, _folder, settings);
        using SiloProcess full = new(1, database.ConnectionString, _folder, settings, ServeWith("64k", "scratch-1"));
        await Task.WhenAll(roomy.ReadyAsync(), full.ReadyAsync());
        await using MuScClient client = await MuScClient.ConnectAsync(ClusterAddress.Parse(database.ConnectionString), patience.Token);
        await client.SubmitAsync(set.Spec, "moved", patience.Token);
        Assert.Equal(await set.LocalAsync(), (await client.ResultsAsync("moved", patience.Token)).Images);
        Assert.Contains(roomy.Events(SiloEvent.NotExtracted).Concat(full.Events(SiloEvent.NotExtracted)), failed =>
            failed.State.GetProperty("Error").GetString()!.Contains("No space left on device", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A silo with a small file system in one of its folders.</summary>
    private string[] ServeWith(string size, string folder) =>
    [
        .. SmallDiskFactAttribute.Unshare, "mount -t tmpfs -o size=$2 tmpfs \"$0\" && exec \"$1\" serve",
        Directory.CreateDirectory(Path.Combine(_folder, folder)).FullName, MuscProcess.Program, size,
    ];

    private static void Fill(FileStream filler)
    {
        filler.Seek(0, SeekOrigin.End);
        for (int size = 1 << 16; size > 0; size /= 2)
        {
            byte[] bytes = new byte[size];
            try
            {
                while (true)
                {
                    filler.Write(bytes);
                }
            }
            catch (IOException)
            {
                // No room for so much; perhaps for half of it.
            }
        }
    }
}
