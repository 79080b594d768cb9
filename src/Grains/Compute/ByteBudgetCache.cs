namespace MuSc.Grains.Compute;

/// <summary>A value in use.</summary>
/// <param name="value">The value; not to be used once it is given back.</param>
/// <param name="giveBack">Gives it back.</param>
public sealed class Loan<T>(T value, Action giveBack) : IDisposable
{
    private bool _returned;

    /// <summary>The value; not to be used once it is given back.</summary>
    public T Value { get; } = value;

    public void Dispose()
    {
        if (!_returned)
        {
            _returned = true;
            giveBack();
        }
    }
}

/// <summary>
/// Values that are costly to get, kept up to a number of bytes; the least recently used go first, and are disposed of. Whoever asks while
/// a value is being fetched waits for the same fetch. A value in use stays, so that the budget is exceeded where so much is in use at the
/// same time. Thread-safe.
/// </summary>
/// <param name="budget">Bytes up to which values are kept that nobody uses.</param>
/// <param name="asked">Called with whether a value that was asked for was there or being fetched; from any thread.</param>
public sealed class ByteBudgetCache<TKey, TValue>(long budget, Action<bool>? asked = null)
    where TKey : notnull
    where TValue : class, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byAge = [];

    /// <summary>Bytes of all values that are not disposed of, those that are being fetched among them.</summary>
    public long Bytes { get; private set; }

    /// <summary>The keys that are kept or being fetched.</summary>
    public IReadOnlyList<TKey> Keys
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries.Keys];
            }
        }
    }

    /// <summary>The value, from the cache or by fetching it; to be given back by disposing of the loan.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="bytes">Bytes that it takes.</param>
    /// <param name="fetch">Gets it. A fetch that fails is forgotten.</param>
    public async Task<Loan<TValue>> GetAsync(TKey key, long bytes, Func<Task<TValue>> fetch)
    {
        Entry entry;
        bool mine;
        lock (_lock)
        {
            mine = !_entries.TryGetValue(key, out LinkedListNode<Entry>? node);
            if (mine)
            {
                node = new(new(key, bytes));
                _entries.Add(key, node);
                Bytes += bytes;
            }
            else
            {
                _byAge.Remove(node!);
            }

            entry = node!.Value;
            entry.Users++;
            _byAge.AddFirst(node);
            for (LinkedListNode<Entry>? oldest = _byAge.Last; oldest is not null && Bytes > budget;)
            {
                LinkedListNode<Entry>? younger = oldest.Previous;
                if (oldest.Value.Users == 0)
                {
                    Drop(oldest);
                }

                oldest = younger;
            }
        }

        asked?.Invoke(!mine);
        try
        {
            if (mine)
            {
                entry.Source.SetResult(await fetch());
            }

            return new(await entry.Source.Task, () => Return(entry));
        }
        catch (Exception error)
        {
            if (mine)
            {
                entry.Source.TrySetException(error);
                _ = entry.Source.Task.Exception;
                Remove(other => other.Equals(key));
            }

            Return(entry);
            throw;
        }
    }

    /// <summary>Forgets what is no longer wanted.</summary>
    public void Remove(Func<TKey, bool> unwanted)
    {
        lock (_lock)
        {
            foreach (LinkedListNode<Entry> node in _entries.Values.Where(node => unwanted(node.Value.Key)).ToList())
            {
                Drop(node);
            }
        }
    }

    private void Return(Entry entry)
    {
        lock (_lock)
        {
            entry.Users--;
            Free(entry);
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _entries.Remove(node.Value.Key);
        _byAge.Remove(node);
        node.Value.Dropped = true;
        Free(node.Value);
    }

    private void Free(Entry entry)
    {
        if (entry is { Dropped: true, Users: 0 })
        {
            Bytes -= entry.Bytes;
            if (entry.Source.Task.IsCompletedSuccessfully)
            {
                entry.Source.Task.Result.Dispose();
            }
        }
    }

    private sealed class Entry(TKey key, long bytes)
    {
        public TKey Key { get; } = key;

        public long Bytes { get; } = bytes;

        public int Users { get; set; }

        public bool Dropped { get; set; }

        public TaskCompletionSource<TValue> Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
