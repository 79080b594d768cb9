using System.Runtime.ExceptionServices;

namespace MuSc.Features.Images;

/// <summary>
/// Threads of its own that work through numbered items together, with the priority of the thread that made them; heavy work stays off the
/// thread pool.
/// </summary>
public sealed class WorkerThreads : IDisposable
{
    private readonly Thread[] _threads;
    private readonly Barrier _turn;
    private Action<int, int> _work = (_, _) => { };
    private int _items;
    private int _next;
    private bool _ends;
    private ExceptionDispatchInfo? _failure;

    /// <param name="count">Threads, at least 1.</param>
    public WorkerThreads(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _turn = new(count + 1);
        _threads = [.. Enumerable.Range(0, count).Select(worker => new Thread(() => Live(worker)) { IsBackground = true, Name = $"worker {worker}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Threads.</summary>
    public int Count => _threads.Length;

    /// <summary>Does all items and waits; the first error stops the others and is thrown here.</summary>
    /// <param name="items">How many items; they are taken in their order.</param>
    /// <param name="work">Called with the worker (0 … <see cref="Count"/>−1) and the item.</param>
    public void Run(int items, Action<int, int> work)
    {
        (_work, _items, _next, _failure) = (work, items, -1, null);
        _turn.SignalAndWait(CancellationToken.None);
        _turn.SignalAndWait(CancellationToken.None);
        _failure?.Throw();
    }

    public void Dispose()
    {
        _ends = true;
        _turn.SignalAndWait(CancellationToken.None);
        Array.ForEach(_threads, thread => thread.Join());
        _turn.Dispose();
    }

    private void Live(int worker)
    {
        while (true)
        {
            _turn.SignalAndWait(CancellationToken.None);
            if (_ends)
            {
                return;
            }

            try
            {
                for (int item = Interlocked.Increment(ref _next); item < _items && _failure is null; item = Interlocked.Increment(ref _next))
                {
                    _work(worker, item);
                }
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(error), null);
            }

            _turn.SignalAndWait(CancellationToken.None);
        }
    }
}
