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

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(TimeoutException))]
    public async Task PatienceShorterThanThePauseOrAnAttempt_EndsToo(Type failure)
    {
        using CancellationTokenSource end = new(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync(failure, () => new RetryPolicy("test", TimeSpan.FromSeconds(30), TimeSpan.FromTicks(1), new LeapingTime())
            .RunAsync(() => Task.FromException((Exception)Activator.CreateInstance(failure)!), end.Token));
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
