using Microsoft.Extensions.Time.Testing;
using MuSc.Grains.Compute;

namespace MuSc.Cluster.Tests.Grains;

/// <summary>Who gets a silo's threads, one thread in a lane for each job.</summary>
public sealed class ComputePoolTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ManualResetEventSlim _gate = new();
    private readonly List<string> _done = [];
    private readonly ComputePool _pool;

    public ComputePoolTests() => _pool = new(1, _time);

    public void Dispose()
    {
        _gate.Set();
        _pool.Dispose();
        _gate.Dispose();
    }

    [Fact]
    public async Task LaneThatIsBusy_HoldsUpNoOther()
    {
        Task busy = await BeginAsync("large", 1);
        Assert.Equal(1, await _pool.RunAsync(Lane.Messages, "large", () => 1, CancellationToken.None));
        Assert.Equal(2, await _pool.RunAsync(Lane.Checks, "small", () => 2, CancellationToken.None));
        Assert.False(busy.IsCompleted);
    }

    [Fact]
    public async Task PiecesOfALargeJob_HoldUpNoSmallOne()
    {
        await GrowAsync("large", "larger");
        Task large = await BeginAsync("large", 60);
        Task larger = await BeginAsync("larger", 60);
        for (int piece = 0; piece < 4; piece++)
        {
            await DoAsync("small", () => Pass(5));
        }

        Assert.False(large.IsCompleted);
        Assert.False(larger.IsCompleted);
    }

    [Fact]
    public async Task LargeJob_GoesOnHoweverManySmallOnesAreAtIt()
    {
        await GrowAsync("large");
        Task[] small = [await BeginAsync("small", 1), await BeginAsync("smaller", 1), DoAsync("smallest", () => Pass(1))];
        await DoAsync("large", () => Pass(60));
        Assert.DoesNotContain(small, piece => piece.IsCompleted);
    }

    [Fact]
    public async Task OneJob_TakesNoMoreThanItsThreads()
    {
        Task first = await BeginAsync("job", 1);
        Task<int> second = DoAsync("job", () => Pass(1));
        await DoAsync("another", () => Pass(1));
        Assert.False(second.IsCompleted);
        _gate.Set();
        await first;
        await second;
    }

    [Fact]
    public async Task JobsAlike_ShareByTime()
    {
        await GrowAsync("long", "short", "other");
        _done.Clear();
        await BeginAsync("other", 1);
        using ManualResetEventSlim queued = new();
        TaskCompletionSource begun = new();
        List<Task> all =
        [
            DoAsync("long", () =>
            {
                begun.SetResult();
                queued.Wait();
                Pass(60);
            }),
        ];
        await begun.Task;
        all.AddRange(Enumerable.Range(0, 3).Select(_ => DoAsync("long", () => Pass(60))));
        all.AddRange(Enumerable.Range(0, 4).Select(_ => DoAsync("short", () => Pass(20))));

        // Of the two threads for large jobs, one is taken.
        queued.Set();
        await Task.WhenAll(all);
        Assert.Equal(["long", "short", "short", "short", "long", "short", "long", "long"], _done);
    }

    [Fact]
    public async Task QueueOfAJob_IsBounded()
    {
        Task first = await BeginAsync("large", 1);
        Task[] queued = [.. Enumerable.Range(0, 100).Select(_ => DoAsync("large", () => Pass(1)))];
        using CancellationTokenSource impatient = new();
        Task<int> cancelled = _pool.RunAsync(Lane.Work, "large", () => 0, impatient.Token);
        await impatient.CancelAsync();
        // It was not even queued, so that nothing has to be done before it gives up.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(first.IsCompleted);
        _gate.Set();
        await Task.WhenAll(queued);
    }

    // Until they count as large.
    private async Task GrowAsync(params string[] jobs)
    {
        foreach (string job in jobs)
        {
            await DoAsync(job, () => Pass(40));
        }
    }

    // A piece that is at work, and ends when the gate is opened.
    private async Task<Task> BeginAsync(string job, int seconds)
    {
        TaskCompletionSource begun = new();
        Task<int> first = DoAsync(job, () =>
        {
            begun.SetResult();
            Wait(seconds);
        });
        await begun.Task;
        return first;
    }

    private Task<int> DoAsync(string job, Action work) => _pool.RunAsync(
        Lane.Work,
        job,
        () =>
        {
            work();
            lock (_done)
            {
                _done.Add(job);
            }

            return 0;
        },
        CancellationToken.None);

    private void Wait(int seconds)
    {
        _gate.Wait();
        Pass(seconds);
    }

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
