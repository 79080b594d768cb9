namespace MuSc.Grains.Jobs;

/// <summary>Frees what a job that has ended holds in the cluster.</summary>
internal static class JobRelease
{
    private const int CallsAtOnce = 16;

    /// <summary>Has extractors and owners of every generation forget the job.</summary>
    public static async Task RunAsync(IGrainFactory grains, JobData job, CancellationToken cancellationToken)
    {
        IEnumerable<string> keys = Enumerable.Range(1, job.Progress.Generation)
            .SelectMany(generation => Enumerable.Range(0, job.Progress.Hashes.Length).Select(block => GrainKeys.Block(job.Id, generation, block)));
        foreach (string[] some in keys.Chunk(CallsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.WhenAll(some.SelectMany(key => new[]
            {
                Extractors.Of(grains, key, job.Device).ReleaseAsync(),
                grains.GetGrain<IIntervalAverageGrain>(key).ReleaseAsync(),
            })).WaitAsync(cancellationToken);
        }
    }

    /// <summary>Deletes what was needed only while the job ran.</summary>
    public static bool DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return true;
    }
}
