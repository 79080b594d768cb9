namespace MuSc.Grains.Jobs;

/// <summary>Frees what a job that has ended holds in the cluster.</summary>
internal static class JobRelease
{
    private const int CallsAtOnce = 16;

    /// <summary>Has extractors and owners forget the job.</summary>
    public static async Task RunAsync(IGrainFactory grains, string job, int generation, int blocks, string device)
    {
        foreach (int[] some in Enumerable.Range(0, blocks).Chunk(CallsAtOnce))
        {
            await Task.WhenAll(some.SelectMany(block =>
            {
                string key = GrainKeys.Block(job, generation, block);
                return new[]
                {
                    Extractors.Of(grains, key, device).ReleaseAsync(),
                    grains.GetGrain<IIntervalAverageGrain>(key).ReleaseAsync(),
                };
            }));
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
