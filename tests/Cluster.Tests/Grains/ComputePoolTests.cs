using Microsoft.Extensions.Time.Testing;
using MuSc.Grains.Compute;

namespace MuSc.Cluster.Tests.Grains;

/// <summary>Who gets a silo's threads, one thread in a lane.</summary>
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
    public async Task JobThatComesLater_GoesFirstForAWhileAndThenSharesByTime()
    {
        List<Task> all = [await BeginAsync("large", 60)];
        all.AddRange(Enumerable.Range(0, 4).Select(_ => DoAsync("large", () => Pass(60))));
        all.AddRange(Enumerable.Range(0, 4).Select(_ => DoAsync("small", () => Pass(20))));
        _gate.Set();
        await Task.WhenAll(all);

        // It began 30 seconds behind and is 60 seconds behind after the first piece of the large one.
        Assert.Equal(["large", "small", "small", "small", "small", "large", "large", "large", "large"], _done);
    }

    [Fact]
    public async Task LargeJob_GoesOnHoweverManySmallOnesCome()
    {
        List<Task> all = [await BeginAsync("large", 1), DoAsync("large", () => Pass(1))];
        int small = 0;
        all.Add(DoAsync("small 0", Next));
        _gate.Set();
        await Task.WhenAll(all);
        Assert.InRange(_done.LastIndexOf("large"), 2, 12);

        // Each brings the next before it ends.
        void Next()
        {
            Pass(10);
            if (++small < 50)
            {
                lock (all)
                {
                    all.Add(DoAsync($"small {small}", Next));
                }
            }
        }
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
            _done.Add(job);
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
