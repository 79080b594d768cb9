namespace MuSc.Grains.Compute;

/// <summary>
/// Some threads that several jobs share by time, whatever the length of their pieces: next is the job that has used them least. A
/// job that comes while others are at it goes first for a while, so that small jobs need not wait for large ones; however many
/// come, the large ones go on once that is made up for. Each job's queue is bounded: who asks for more waits.
/// </summary>
internal sealed class ComputeLane : IDisposable
{
    private const int QueuedByThread = 4;

    // How long a newcomer goes first.
    private static readonly TimeSpan Credit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _pieces = new(0);
    private readonly Thread[] _threads;
    private readonly TimeProvider _time;
    private readonly Action<TimeSpan> _waited;

    // What a job had used if all had always shared alike.
    private TimeSpan _due;
    private bool _ended;

    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="time">The clock.</param>
    /// <param name="waited">Called with how long each piece waited in the queue.</param>
    public ComputeLane(int threads, TimeProvider time, Action<TimeSpan> waited)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        (_time, _waited) = (time, waited);
        _threads = [.. Enumerable.Range(0, threads).Select(index => new Thread(Work) { IsBackground = true, Name = $"compute {index}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Pieces that wait.</summary>
    public int Queued => _pieces.CurrentCount;

    /// <summary>Does a piece of a job's work on one of the threads.</summary>
    public async Task<T> RunAsync<T>(string job, Func<T> work, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Share share = Enter(job);
        long queued = 0;
        try
        {
            await share.Room.WaitAsync(cancellationToken);
            queued = _time.GetTimestamp();
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_ended, this);
                share.Pieces.Enqueue(Do);
                share.Open++;
            }

            _pieces.Release();
            return await result.Task;
        }
        finally
        {
            lock (_lock)
            {
                share.Callers--;
            }
        }

        void Do()
        {
            _waited(_time.GetElapsedTime(queued));
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

    /// <summary>Does what is queued, and ends the threads.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
        }

        _pieces.Release(_threads.Length);
        Array.ForEach(_threads, thread => thread.Join());
    }

    private Share Enter(string job)
    {
        lock (_lock)
        {
            TimeSpan least = _shares.Values.Any(IsBusy) ? _due - Credit : _due;
            foreach (string gone in _shares.Where(entry => entry.Value.Callers == 0 && entry.Value.Used <= least).Select(entry => entry.Key).ToList())
            {
                _shares.Remove(gone);
            }

            if (!_shares.TryGetValue(job, out Share? share))
            {
                share = new(QueuedByThread * _threads.Length) { Used = least };
                _shares.Add(job, share);
            }

            share.Callers++;
            return share;
        }
    }

    private static bool IsBusy(Share share) => share.Open > 0;

    private void Work()
    {
        while (true)
        {
            _pieces.Wait();
            Share? share;
            Action? piece;
            lock (_lock)
            {
                share = _shares.Values.Where(waiting => waiting.Pieces.Count > 0).MinBy(waiting => waiting.Used);
                if (share is null)
                {
                    // One of the last releases, which stand for no piece.
                    return;
                }

                piece = share.Pieces.Dequeue();
            }

            share.Room.Release();
            long began = _time.GetTimestamp();
            piece();
            lock (_lock)
            {
                TimeSpan used = _time.GetElapsedTime(began);
                share.Used += used;
                _due += used / _shares.Values.Count(IsBusy);
                share.Open--;
            }
        }
    }

    private sealed class Share(int room)
    {
        public SemaphoreSlim Room { get; } = new(room);

        public Queue<Action> Pieces { get; } = new();

        /// <summary>Pieces that are queued or at work.</summary>
        public int Open { get; set; }

        public TimeSpan Used { get; set; }

        /// <summary>Those who wait for a piece, or for room in the queue.</summary>
        public int Callers { get; set; }
    }
}
