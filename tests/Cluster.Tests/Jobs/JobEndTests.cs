using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Grains;
using MuSc.Grains.Jobs;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>What is left of a job, and of the cluster's memory of it, once it has ended.</summary>
public sealed class JobEndTests : TwoSilos
{
    [Fact]
    public async Task EndThatIsBeingStored_IsNotSeenBeforeItIsStored()
    {
        TaskCompletionSource storing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource fail = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using InProcessTestCluster cluster = await StartAsync(memory: null, async state =>
        {
            if (state is JobRecord { State: JobState.Done } && storing.TrySetResult())
            {
                await fail.Task;
                throw new IOException("The database is away.");
            }
        });
        ClusterClient client = new(cluster.Client);
        string job = await client.SubmitAsync(Set.Spec, CancellationToken.None);
        await storing.Task;
        Assert.Equal(JobState.Running, (await client.StatusAsync(job, CancellationToken.None)).State);
        fail.SetResult();
        Assert.Equal(await Set.LocalAsync(), (await client.ResultsAsync(job, CancellationToken.None)).Images);
    }

    [Theory]
    [InlineData("the job's state is told to the index")]
    [InlineData("the index forgets it")]
    public async Task EndThatIsInterrupted_IsFinishedByWhoeverAsks(string when)
    {
        bool interrupted = false;
        TaskCompletionSource freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using InProcessTestCluster cluster = await StartAsync(memory: null, state =>
        {
            if (state is IndexRecord { Jobs.Count: > 0 } index && index.Jobs.Values.All(job => job.HasEnded))
            {
                bool told = index.Holding.Count > 0;
                if (!interrupted && told == (when == "the job's state is told to the index"))
                {
                    interrupted = true;
                    throw new InvalidOperationException("Interrupted.");
                }

                if (!told)
                {
                    freed.TrySetResult();
                }
            }

            return Task.CompletedTask;
        });
        ClusterClient client = new(cluster.Client);
        string job = await client.SubmitAsync(Set.Spec, CancellationToken.None);
        JobResults results = await client.ResultsAsync(job, CancellationToken.None);
        await freed.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(interrupted);
        Assert.False(Directory.Exists(Path.Combine(Path.GetDirectoryName(results.Folder)!, "work")));
        Assert.Equal(JobState.Done, Assert.Single(await client.ListAsync(CancellationToken.None)).State);
    }

    [Fact]
    public async Task JobThatHasEnded_LeavesNoActivationOnceNobodyAsks()
    {
        await RunAsync(Set.Spec with { BlockImages = 4 });
        IManagementGrain management = Cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        string[] left;
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            await management.ForceActivationCollection(TimeSpan.Zero);
            left = [.. (await management.GetSimpleGrainStatistics()).Where(one => one.ActivationCount > 0).Select(one => one.GrainType)];
        }
        while (left.Any(type => type.Contains("JobGrain", StringComparison.Ordinal)
            || type.Contains("IntervalAverageGrain", StringComparison.Ordinal) || type.Contains("FeatureExtractorGrain", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ResultsThatWereTouched_AreFoundByTheirDigests()
    {
        JobResults results = await RunAsync(Set.Spec with { Output = Set.Spec.Output with { Maps = MapFormat.Npy } });
        string job = Path.GetFileName(Path.GetDirectoryName(results.Folder))!;
        Assert.Empty(await Client.VerifyAsync(job, CancellationToken.None));
        Dictionary<string, string> digests = JsonSerializer.Deserialize<Dictionary<string, string>>(
            await File.ReadAllBytesAsync(Path.Combine(results.Folder, "digests.json")))!;
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(results.Folder, "scores.csv")))), digests["scores.csv"]);

        string map = digests.Keys.First(name => name.StartsWith("maps/", StringComparison.Ordinal));
        await File.AppendAllTextAsync(Path.Combine(results.Folder, "scores.csv"), " ");
        File.Delete(Path.Combine(results.Folder, map));
        await File.WriteAllTextAsync(Path.Combine(results.Folder, "new.txt"), string.Empty);
        Assert.Equal(
            [$"{map}: it is missing", "scores.csv: it was changed", "new.txt: it was not among the results"],
            await Client.VerifyAsync(job, CancellationToken.None));

        File.Delete(Path.Combine(results.Folder, "digests.json"));
        Assert.Equal(["digests.json: it is missing"], await Client.VerifyAsync(job, CancellationToken.None));
    }

    [Fact]
    public async Task JobWhoseTimeIsOver_IsDeletedWithItsResults()
    {
        string kept = await Client.SubmitAsAsync(Set.Spec, "kept", CancellationToken.None);
        string brief = await Client.SubmitAsAsync(Set.Spec with { KeepFor = TimeSpan.FromMinutes(5) }, "brief", CancellationToken.None);
        await Client.ResultsAsync(kept, CancellationToken.None);
        string folder = (await Client.ResultsAsync(brief, CancellationToken.None)).Folder;
        DateTimeOffset expires = (await Client.StatusAsync(brief, CancellationToken.None)).Expires!.Value;
        Assert.InRange(expires - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(5));

        IJobRegisterGrain register = Cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IJobRegisterGrain>(GrainKeys.Index);
        await register.SweepAsync(expires.AddSeconds(-1));
        Assert.Equal(JobState.Done, (await Client.StatusAsync(brief, CancellationToken.None)).State);
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        while (Directory.Exists(folder))
        {
            // The index may not have heard of the end yet.
            patience.Token.ThrowIfCancellationRequested();
            await register.SweepAsync(expires);
        }

        Assert.Equal([kept], (await Client.ListAsync(CancellationToken.None)).Select(job => job.Id));
        Assert.False(Directory.Exists(Path.GetDirectoryName(folder)));
        Assert.Equal(JobErrorKind.NotFound, (await Assert.ThrowsAsync<JobException>(() => Client.StatusAsync(brief, CancellationToken.None))).Kind);

        // Its name is free again.
        await Client.ResultsAsync(await Client.SubmitAsAsync(Set.Spec, "brief", CancellationToken.None), CancellationToken.None);
        await Client.DeleteAsync("brief", CancellationToken.None);
        Assert.Equal([kept], (await Client.ListAsync(CancellationToken.None)).Select(job => job.Id));
    }

    [Fact]
    public async Task JobThatRuns_IsNotDeleted()
    {
        string job = await Client.SubmitAsync(Set.Spec with { BlockImages = 4 }, CancellationToken.None);
        JobException error = await Assert.ThrowsAsync<JobException>(() => Client.DeleteAsync(job, CancellationToken.None));
        Assert.Contains("cancel it first", error.Message, StringComparison.Ordinal);
        Assert.Equal(await Set.LocalAsync(), (await Client.ResultsAsync(job, CancellationToken.None)).Images);
    }

    [Fact]
    public async Task IndexThatWasLost_IsRebuiltFromTheDisk()
    {
        bool lost = false;
        TaskCompletionSource freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using InProcessTestCluster cluster = await StartAsync(memory: null, state =>
        {
            if (!lost && state is IndexRecord { Jobs.Count: > 0, Holding.Count: 0 } index && index.Jobs.Values.All(job => job.HasEnded))
            {
                lost = true;
                index.Jobs.Clear();
                freed.SetResult();
            }

            return Task.CompletedTask;
        });
        ClusterClient client = new(cluster.Client);
        await client.ResultsAsync(await client.SubmitAsAsync(Set.Spec, "known", CancellationToken.None), CancellationToken.None);
        Directory.CreateDirectory(Path.Combine(Root, "jobs", "unknown"));
        await freed.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await client.ListAsync(CancellationToken.None));
        Assert.Equal(1, await client.RebuildIndexAsync(CancellationToken.None));
        JobStatus status = Assert.Single(await client.ListAsync(CancellationToken.None));
        Assert.Equal(("known", JobState.Done), (status.Id, status.State));
    }
}
