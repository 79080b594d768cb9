using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>A results root without room: on a small file system that only the silo's process sees.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-full-disk").FullName;

    [SmallDiskFact]
    public async Task A_full_disk_fails_the_job_with_its_reason_and_the_next_job_runs_when_there_is_room()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(3));
        using TestSet set = TestSet.Synthetic(24, 48);
        Directory.CreateDirectory(Path.Combine(_folder, "root"));
        using SiloProcess silo = SiloProcess.Alone(
            _folder,
            [.. SmallDiskFactAttribute.Unshare, "mount -t tmpfs -o size=12m tmpfs \"$0\" && exec \"$1\" serve", Path.Combine(_folder, "root"), MuscProcess.Program]);
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

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
