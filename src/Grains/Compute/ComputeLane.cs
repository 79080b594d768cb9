namespace MuSc.Grains.Compute;

/// <summary>
/// Some threads that several jobs share, whatever the length of their pieces: next is the job that has used them least. A piece
/// that has begun is not interrupted; so no job is on all threads, and a job that has used little so far has threads of its own,
/// which the system prefers: a small job need not wait for large ones, and those go on beside it. Each job's queue is bounded: who
/// asks for more waits.
/// </summary>
internal sealed class ComputeLane : IDisposable
{
    private const int QueuedByThread = 4;

    // What a job may use, all threads together, before it counts as a large one.
    private static readonly TimeSpan Small = TimeSpan.FromSeconds(30);

    // A job that has done nothing for as long begins anew.
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private readonly object _lock = new();
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private readonly List<Thread> _threads = [];
    private readonly int _most;
    private readonly bool _ranked;
    private readonly TimeProvider _time;
    private readonly Action<TimeSpan> _waited;

    // What a job had used if all had always shared alike.
    private TimeSpan _due;
    private bool _ended;

    /// <param name="most">Threads that work for one job, at least 1; there are twice as many.</param>
    /// <param name="ranked">Whether large jobs have as many again for themselves, which the system prefers less.</param>
    /// <param name="time">The clock.</param>
    /// <param name="waited">Called with how long each piece waited in the queue.</param>
    public ComputeLane(int most, bool ranked, TimeProvider time, Action<TimeSpan> waited)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        (_most, _ranked, _time, _waited) = (most, ranked, time, waited);
        for (int thread = 0; thread < 2 * most; thread++)
        {
            Start(large: false);
            if (ranked)
            {
                Start(large: true);
            }
        }

        void Start(bool large)
        {
            Thread thread = new(() => Work(large)) { IsBackground = true, Name = large ? "compute, large" : "compute" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Pieces that wait.</summary>
    public int Queued
    {
        get
        {
            lock (_lock)
            {
                return _shares.Values.Sum(share => share.Pieces.Count);
            }
        }
    }

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
                Monitor.PulseAll(_lock);
            }

            return await result.Task;
        }
        finally
        {
            lock (_lock)
            {
                share.Callers--;
                share.Left = _time.GetTimestamp();
            }
        }

        Action Do()
        {
            _waited(_time.GetElapsedTime(queued));
            if (cancellationToken.IsCancellationRequested)
            {
                return () => result.SetCanceled(cancellationToken);
            }

            try
            {
                T done = work();
                return () => result.SetResult(done);
            }
            catch (Exception error)
            {
                return () => result.SetException(error);
            }
        }
    }

    /// <summary>Does what is queued, and ends the threads.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
            Monitor.PulseAll(_lock);
        }

        _threads.ForEach(thread => thread.Join());
    }

    private Share Enter(string job)
    {
        lock (_lock)
        {
            foreach ((string gone, _) in _shares.Where(entry => entry.Value.Callers == 0 && _time.GetElapsedTime(entry.Value.Left) > Forgotten).ToList())
            {
                _shares.Remove(gone);
            }

            if (!_shares.TryGetValue(job, out Share? share))
            {
                _shares.Add(job, share = new(QueuedByThread * _most));
            }

            if (share.Callers++ == 0 && share.Due < _due)
            {
                // Time in which it wanted nothing is not made up for.
                share.Due = _due;
            }

            return share;
        }
    }

    private void Work(bool large)
    {
        if (large)
        {
            Courtesy.GiveWay();
        }

        while (Next(large) is { } next)
        {
            next.Share.Room.Release();
            long began = _time.GetTimestamp();
            Action tell = next.Piece();
            lock (_lock)
            {
                TimeSpan used = _time.GetElapsedTime(began);
                next.Share.Used += used;
                next.Share.Due += used;
                _due += used / _shares.Values.Count(share => share.Running > 0 || share.Pieces.Count > 0);
                next.Share.Running--;
                Monitor.PulseAll(_lock);
            }

            // Whoever waits for it finds its time accounted for.
            tell();
        }
    }

    // Waits for a piece; none comes any more once the lane has ended.
    private (Share Share, Func<Action> Piece)? Next(bool large)
    {
        lock (_lock)
        {
            while (true)
            {
                if (_shares.Values.Where(Waits).MinBy(share => share.Due) is { } next)
                {
                    next.Running++;
                    return (next, next.Pieces.Dequeue());
                }

                if (_ended)
                {
                    return null;
                }

                Monitor.Wait(_lock);
            }
        }

        bool Waits(Share share) => share.Pieces.Count > 0 && share.Running < _most && (_ended || !_ranked || share.Used >= Small == large);
    }

    private sealed class Share(int room)
    {
        public SemaphoreSlim Room { get; } = new(room);

        public Queue<Func<Action>> Pieces { get; } = new();

        /// <summary>Pieces that are at work.</summary>
        public int Running { get; set; }

        public TimeSpan Used { get; set; }

        /// <summary>As <see cref="Used"/>, and what it has missed while it wanted nothing.</summary>
        public TimeSpan Due { get; set; }

        /// <summary>Those who wait for a piece, or for room in the queue.</summary>
        public int Callers { get; set; }

        /// <summary>When the last of them went.</summary>
        public long Left { get; set; }
    }
}
