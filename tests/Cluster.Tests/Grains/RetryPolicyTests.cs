using MuSc.Grains;

namespace MuSc.Cluster.Tests.Grains;

public sealed class RetryPolicyTests
{
    private int _calls;

    [Fact]
    public async Task TransientFailures_AreRepeatedOnTheCallersScheduler()
    {
        TaskScheduler scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        int result = await Task.Factory.StartNew(
            () => Policy(TimeSpan.FromMinutes(1)).RunAsync(
                () =>
                {
                    Assert.Same(scheduler, TaskScheduler.Current);
                    return ++_calls < 3 ? Task.FromException<int>(new TimeoutException()) : Task.FromResult(_calls);
                },
                CancellationToken.None),
            CancellationToken.None, TaskCreationOptions.None, scheduler).Unwrap();
        Assert.Equal(3, result);
    }

    [Fact]
    public async Task OtherFailure_IsNotRepeated()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(TimeSpan.FromMinutes(1), new ArgumentException()));
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task PatienceSpent_ThrowsTheLastFailure()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => RunAsync(TimeSpan.FromMilliseconds(30), new TimeoutException()));
        Assert.InRange(_calls, 2, 100);
    }

    [Fact]
    public async Task PatienceShorterThanThePause_EndsToo()
    {
        using CancellationTokenSource end = new(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<IOException>(() => new RetryPolicy("test", TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(1), TimeProvider.System)
            .RunAsync(() => Task.FromException(new IOException()), end.Token));
    }

    [Fact]
    public async Task AttemptsThatTimeOutAfterLongerThanThePatience_EndToo()
    {
        using CancellationTokenSource end = new(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<TimeoutException>(() => new RetryPolicy("test", TimeSpan.FromSeconds(30), TimeSpan.FromTicks(1), new LeapingTime())
            .RunAsync(() => Task.FromException(new TimeoutException()), end.Token));
    }

    private static RetryPolicy Policy(TimeSpan patience) => new("test", patience, TimeSpan.FromMilliseconds(2), TimeProvider.System);

    private Task RunAsync(TimeSpan patience, Exception failure) => Policy(patience).RunAsync(
        () =>
        {
            _calls++;
            return Task.FromException(failure);
        },
        CancellationToken.None);

    // A minute goes by whenever somebody looks.
    private sealed class LeapingTime : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now += 60 * TimestampFrequency;
    }
}
