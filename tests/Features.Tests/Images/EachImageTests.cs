using System.Collections.Concurrent;
using MuSc.Features.Images;

namespace MuSc.Features.Tests.Images;

public sealed class EachImageTests
{
    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(100, 1)]
    [InlineData(100, 4)]
    public void Do_CallsTheWorkOnceForEachImage(int images, int threads)
    {
        ConcurrentBag<int> done = [];
        EachImage.Do(images, threads, done.Add, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, images), done.Order());
    }

    [Fact]
    public void Do_LeavesTheThreadPoolAlone()
    {
        using Barrier all = new(3);
        ConcurrentBag<bool> pooled = [];
        Thread caller = new(() => EachImage.Do(
            3, 3,
            _ =>
            {
                // All three at once: each on another thread.
                Assert.True(all.SignalAndWait(TimeSpan.FromMinutes(1)));
                pooled.Add(Thread.CurrentThread.IsThreadPoolThread);
            },
            CancellationToken.None));
        caller.Start();
        caller.Join();
        Assert.Equal([false, false, false], pooled);
    }

    [Fact]
    public void Do_WorkThatFails_StopsWithItsError()
    {
        int done = 0;
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => EachImage.Do(
            1000, 1, image => _ = ++done == 3 ? throw new InvalidOperationException($"Image {image}.") : 0, CancellationToken.None));
        Assert.Equal(("Image 2.", 3), (error.Message, done));
    }

    [Fact]
    public void Do_Cancelled_StopsBetweenImages()
    {
        using CancellationTokenSource end = new();
        int done = 0;
        Assert.Throws<OperationCanceledException>(() => EachImage.Do(
            1000, 1,
            _ =>
            {
                done++;
                end.Cancel();
            },
            end.Token));
        Assert.Equal(1, done);
    }
}
