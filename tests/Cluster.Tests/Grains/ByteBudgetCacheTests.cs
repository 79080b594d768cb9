using MuSc.Grains.Compute;

namespace MuSc.Cluster.Tests.Grains;

public sealed class ByteBudgetCacheTests
{
    [Fact]
    public async Task BudgetExceeded_DropsLeastRecentlyUsed()
    {
        ByteBudgetCache<int, string> cache = new(100);
        await cache.GetAsync(1, () => Value("one", 40));
        await cache.GetAsync(2, () => Value("two", 40));
        await cache.GetAsync(1, () => throw new InvalidOperationException("It is kept."));
        await cache.GetAsync(3, () => Value("three", 40));
        Assert.Equal([1, 3], cache.Keys.Order());
        Assert.Equal(80, cache.Bytes);
        Assert.Equal((1L, 3L), (cache.Hits, cache.Misses));
    }

    [Fact]
    public async Task CallDuringFetch_SharesIt()
    {
        ByteBudgetCache<int, string> cache = new(100);
        TaskCompletionSource<(string, long)> fetch = new();
        Task<string> one = cache.GetAsync(1, () => fetch.Task);
        Task<string> other = cache.GetAsync(1, () => throw new InvalidOperationException("It is on its way."));
        fetch.SetResult(("value", 10));
        Assert.Equal("value", await one);
        Assert.Equal("value", await other);
    }

    [Fact]
    public async Task FetchThatFails_ThrowsForAllWaitingAndIsForgotten()
    {
        ByteBudgetCache<int, string> cache = new(100);
        TaskCompletionSource<(string, long)> fetch = new();
        Task<string> one = cache.GetAsync(1, () => fetch.Task);
        Task<string> other = cache.GetAsync(1, () => fetch.Task);
        fetch.SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => one);
        await Assert.ThrowsAsync<TimeoutException>(() => other);
        Assert.Empty(cache.Keys);
        Assert.Equal("again", await cache.GetAsync(1, () => Value("again", 10)));
    }

    [Fact]
    public async Task Remove_DropsMatchingKeys()
    {
        ByteBudgetCache<int, string> cache = new(100);
        await cache.GetAsync(1, () => Value("one", 40));
        await cache.GetAsync(2, () => Value("two", 40));
        cache.Remove(key => key == 1);
        Assert.Equal([2], cache.Keys);
        Assert.Equal(40, cache.Bytes);
    }

    private static Task<(string, long)> Value(string value, long bytes) => Task.FromResult((value, bytes));
}
