using MuSc.Grains.Compute;

namespace MuSc.Cluster.Tests.Grains;

public sealed class ByteBudgetCacheTests
{
    [Fact]
    public async Task GetAsync_BudgetSpent_DisposesOfTheLeastRecentlyUsed()
    {
        ByteBudgetCache<int, Kept> cache = new(100);
        Kept[] values = [new(), new(), new()];
        (await cache.GetAsync(0, 40, () => Task.FromResult(values[0]))).Dispose();
        (await cache.GetAsync(1, 40, () => Task.FromResult(values[1]))).Dispose();
        (await cache.GetAsync(0, 40, () => throw new InvalidOperationException("It is kept."))).Dispose();
        (await cache.GetAsync(2, 40, () => Task.FromResult(values[2]))).Dispose();
        Assert.Equal([0, 2], cache.Keys.Order());
        Assert.Equal(80, cache.Bytes);
        Assert.Equal([false, true, false], values.Select(value => value.Disposed));
    }

    [Fact]
    public async Task GetAsync_ValueInUse_StaysUntilItIsGivenBack()
    {
        ByteBudgetCache<int, Kept> cache = new(50);
        Kept value = new();
        Loan<Kept> one = await cache.GetAsync(1, 40, () => Task.FromResult(value));
        Loan<Kept> other = await cache.GetAsync(1, 40, () => throw new InvalidOperationException("It is kept."));
        (await cache.GetAsync(2, 40, () => Task.FromResult(new Kept()))).Dispose();
        Assert.Equal(80, cache.Bytes);
        cache.Remove(key => key == 1);
        Assert.Equal([2], cache.Keys);
        one.Dispose();
        one.Dispose();
        Assert.False(value.Disposed);
        other.Dispose();
        Assert.True(value.Disposed);
        Assert.Equal(40, cache.Bytes);
    }

    [Fact]
    public async Task GetAsync_DuringAFetch_SharesIt()
    {
        ByteBudgetCache<int, Kept> cache = new(100);
        TaskCompletionSource<Kept> fetch = new();
        Task<Loan<Kept>> one = cache.GetAsync(1, 10, () => fetch.Task);
        Task<Loan<Kept>> other = cache.GetAsync(1, 10, () => throw new InvalidOperationException("It is on its way."));
        fetch.SetResult(new());
        Assert.Same((await one).Value, (await other).Value);
    }

    [Fact]
    public async Task GetAsync_FailedFetch_ThrowsForAllAndIsForgotten()
    {
        ByteBudgetCache<int, Kept> cache = new(100);
        TaskCompletionSource<Kept> fetch = new();
        Task<Loan<Kept>> one = cache.GetAsync(1, 10, () => fetch.Task);
        Task<Loan<Kept>> other = cache.GetAsync(1, 10, () => fetch.Task);
        fetch.SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => one);
        await Assert.ThrowsAsync<TimeoutException>(() => other);
        Assert.Empty(cache.Keys);
        Assert.Equal(0, cache.Bytes);
        Kept again = new();
        Assert.Same(again, (await cache.GetAsync(1, 10, () => Task.FromResult(again))).Value);
    }

    private sealed class Kept : IDisposable
    {
        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }
}
