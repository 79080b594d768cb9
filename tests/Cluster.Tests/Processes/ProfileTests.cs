using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>Silos that compute differently, as processes.</summary>
public sealed class ProfileTests
{
    private const string Job = "profile";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static IReadOnlyDictionary<string, string> Hardware(string name) => new Dictionary<string, string> { ["MuSc__Hardware"] = name };

    [PostgresFact]
    public async Task LastSiloOfAProfile_IsKilled_TheJobWaitsForAnotherAndSaysSo()
    {
        using CancellationTokenSource patience = new(Patience);
        using TestSet set = TestSet.Synthetic(24, 224);
        ScoringJobSpec spec = set.Spec with { BlockImages = 2 };
        IReadOnlyList<ImageResult> expected = await set.LocalAsync(spec);
        await using ProcessCluster cluster = new();
        await cluster.StartAsync(1, Hardware("later"));
        await cluster.StartAsync(2, Hardware("first"));
        await using MuScClient client = await cluster.ConnectAsync();
        await client.SubmitAsync(spec, Job, patience.Token);

        // What it has extracted is lost with it; the one that is left extracts nothing.
        SiloProcess first = cluster.All[1];
        await SiloProcess.UntilAsync(() => first.Events(SiloEvent.Extracted, Job).Count > 0, patience.Token);
        first.Kill();
        JobProgress waiting = await WatchAsync(client, progress => progress.Waits is not null, patience.Token);
        Assert.Contains("(first); batch 1; backbone ", waiting.Waits, StringComparison.Ordinal);
        Assert.Equal(JobState.Running, (await client.StatusAsync(Job, patience.Token)).State);

        await cluster.StartAsync(2, Hardware("first"));
        JobResults results = await client.ResultsAsync(Job, patience.Token);
        Assert.Equal(expected, results.Images);
        Assert.Empty(cluster.All[0].Events(SiloEvent.Extracted));
        Assert.Contains("(first)", await File.ReadAllTextAsync(Path.Combine(results.Folder, "run.json"), patience.Token), StringComparison.Ordinal);
    }

    // The runtime of networks chooses its instructions by the processor, whatever .NET is asked to do without.
    [PostgresFact]
    public async Task SiloWithoutAvx512InDotnet_ComputesTheSameBits()
    {
        using CancellationTokenSource patience = new(Patience);
        using TestSet set = TestSet.Synthetic(24, 48);
        ScoringJobSpec spec = set.Spec with { BlockImages = 2 };
        IReadOnlyList<ImageResult> expected = await set.LocalAsync(spec);
        await using ProcessCluster cluster = new();
        await cluster.StartAsync(1);
        await cluster.StartAsync(2, new Dictionary<string, string> { ["DOTNET_EnableAVX512"] = "0" });
        await using MuScClient client = await cluster.ConnectAsync();
        await client.SubmitAsync(spec, Job, patience.Token);
        Assert.Equal(expected, (await client.ResultsAsync(Job, patience.Token)).Images);
        Assert.All(cluster.All, silo => Assert.NotEmpty(silo.Events(SiloEvent.Extracted, Job)));
    }

    private static async Task<JobProgress> WatchAsync(MuScClient client, Func<JobProgress, bool> found, CancellationToken cancellationToken)
    {
        await foreach (JobProgress progress in client.WatchAsync(Job, cancellationToken))
        {
            if (found(progress))
            {
                return progress;
            }
        }

        throw new InvalidOperationException("The job ended before.");
    }
}
