using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>Two jobs at once on one worker.</summary>
public sealed class FairSharesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-fair").FullName;

    [Fact]
    public async Task Two_jobs_at_once_take_turns()
    {
        using TestSet set = TestSet.Synthetic(30, 48);
        using SiloProcess silo = SiloProcess.Alone(_folder, MuscProcess.Program, "serve");
        await silo.ReadyAsync();
        await using MuScClient client = await MuScClient.ConnectAsync(ClusterAddress.Parse($"localhost:{silo.GatewayPort}"), CancellationToken.None);
        await client.SubmitAsync(set.Spec, "first", CancellationToken.None);
        await client.SubmitAsync(set.Spec, "second", CancellationToken.None);
        IReadOnlyList<ImageResult> expected = await set.LocalAsync();
        Assert.Equal(expected, (await client.ResultsAsync("first", CancellationToken.None)).Images);
        Assert.Equal(expected, (await client.ResultsAsync("second", CancellationToken.None)).Images);

        string[] order = [.. silo.Events(SiloEvent.TileDone).Select(tile => tile.Job!)];
        int begin = Math.Max(Array.IndexOf(order, "first"), Array.IndexOf(order, "second"));
        int end = Math.Min(Array.LastIndexOf(order, "first"), Array.LastIndexOf(order, "second"));
        string[][] turns = [.. order[begin..end].Chunk(16).Where(turn => turn.Length == 16)];

        // Small jobs, but most of their work has to overlap to show anything.
        Assert.True(turns.Length > 20, $"{turns.Length} turns of {order.Length} tiles");
        Assert.All(turns, turn => Assert.InRange(turn.Count(job => job == "first"), 4, 12));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
