using System.Threading.Channels;

namespace MuSc.Grains.Compute;

/// <summary>
/// A silo's threads for heavy work, so that neither grains' turns nor the thread pool wait for it. The queue is bounded: who
/// asks for more waits, and so does whoever waits for him.
/// </summary>
public sealed class ComputePool : IDisposable
{
    private readonly Channel<Action> _queue;
    private readonly Thread[] _threads;

    /// <param name="threads">Threads, at least 1.</param>
    public ComputePool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _queue = Channel.CreateBounded<Action>(threads * 4);
        _threads = [.. Enumerable.Range(0, threads).Select(index => new Thread(Work) { IsBackground = true, Name = $"compute {index}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Does a piece of work on one of the threads.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(Do, cancellationToken);
        return await result.Task;

        void Do()
        {
            if (cancellationToken.IsCancellationRequested)
            {
                result.SetCanceled(cancellationToken);
                return;
            }

            try
            {
                result.SetResult(work());
            }
            catch (Exception error)
            {
                result.SetException(error);
            }
        }
    }

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        Array.ForEach(_threads, thread => thread.Join());
    }

    private void Work()
    {
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_queue.Reader.TryRead(out Action? work))
            {
                work();
            }
        }
    }
}
