using System.Diagnostics;
using System.Globalization;
using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>Tests that the soak runs repeat at full size: their settings, their runs and their results file.</summary>
internal static class Soak
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>A number that a soak run sets.</summary>
    public static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    /// <summary>A line of the results file, written as it comes, so that a run that ends early leaves what it found.</summary>
    public static void Report(string line)
    {
        if (Environment.GetEnvironmentVariable("MUSC_CLUSTER_REPORT") is { Length: > 0 } path)
        {
            File.AppendAllText(path, line + Environment.NewLine);
        }
    }

    /// <summary>Keeps what a silo prints, where a soak run names a folder for it: a run of minutes leaves something to look at.</summary>
    public static void Log(int silo, string line)
    {
        if (Environment.GetEnvironmentVariable("MUSC_CLUSTER_LOGS") is { Length: > 0 } folder)
        {
            File.AppendAllText(Path.Combine(folder, $"silo-{silo}.log"), $"{DateTime.UtcNow:HH:mm:ss.fff} {line}{Environment.NewLine}");
        }
    }

    /// <summary>Submits all sets at once, disturbs the cluster, and compares every result by bits.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="sets">The sets.</param>
    /// <param name="expected">What one machine makes of them.</param>
    /// <param name="name">Names the jobs, with the set's number.</param>
    /// <param name="disturb">Disturbs it; the jobs are submitted by then.</param>
    /// <param name="blockImages">Images in a block, which changes no bit; few make many tiles. Null for the sets' own.</param>
    /// <returns>The time from the submission to the last result.</returns>
    public static async Task<TimeSpan> RunAsync(
        MuScClient client, TestSet[] sets, List<IReadOnlyList<ImageResult>> expected, string name, Func<CancellationToken, Task> disturb,
        int? blockImages = null)
    {
        using CancellationTokenSource patience = new(Patience);
        Stopwatch watch = Stopwatch.StartNew();
        string[] jobs = [.. await Task.WhenAll(sets.Select((set, index) => client.SubmitAsAsync(
            set.Spec with { BlockImages = blockImages ?? set.Spec.BlockImages }, $"{name}-{index}", patience.Token)))];
        Task disturbance = disturb(patience.Token);
        try
        {
            for (int index = 0; index < jobs.Length; index++)
            {
                JobResults results = await client.ResultsAsync(jobs[index], patience.Token);
                Assert.Equal(expected[index], results.Images);
            }

            TimeSpan took = watch.Elapsed;
            await disturbance;
            return took;
        }
        catch
        {
            // The failure is the job's; a disturbance that waits for the job would only hide it.
            await patience.CancelAsync();
            await disturbance.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
