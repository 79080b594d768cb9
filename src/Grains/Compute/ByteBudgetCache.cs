namespace MuSc.Grains.Compute;

/// <summary>
/// Values that are costly to get, kept up to a number of bytes; the least recently used go first. Whoever asks while a value
/// is being fetched waits for the same fetch. Thread-safe. A value in use stays alive with its user, whether kept or not.
/// </summary>
public sealed class ByteBudgetCache<TKey, TValue>(long budget) where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byAge = [];

    /// <summary>Bytes that are kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>Found without a fetch, so far.</summary>
    public long Hits { get; private set; }

    /// <summary>Fetched, so far.</summary>
    public long Misses { get; private set; }

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

    /// <summary>The value, from the cache or by fetching it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="fetch">Gets it, with its bytes. A fetch that fails is forgotten.</param>
    public async Task<TValue> GetAsync(TKey key, Func<Task<(TValue Value, long Bytes)>> fetch)
    {
        LinkedListNode<Entry> node;
        bool mine = false;
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out LinkedListNode<Entry>? found))
            {
                Hits++;
                node = found;
                _byAge.Remove(node);
            }
            else
            {
                Misses++;
                mine = true;
                node = new(new(key));
                _entries.Add(key, node);
            }

            _byAge.AddFirst(node);
        }

        return mine ? await FetchAsync(node, fetch) : await node.Value.Task;
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

    private async Task<TValue> FetchAsync(LinkedListNode<Entry> node, Func<Task<(TValue Value, long Bytes)>> fetch)
    {
        try
        {
            (TValue value, long bytes) = await fetch();
            lock (_lock)
            {
                if (_entries.TryGetValue(node.Value.Key, out LinkedListNode<Entry>? kept) && kept == node)
                {
                    node.Value.Bytes = bytes;
                    Bytes += bytes;
                    while (Bytes > budget && _byAge.Last is { } oldest && oldest != node)
                    {
                        Drop(oldest);
                    }
                }
            }

            node.Value.Source.SetResult(value);
            return value;
        }
        catch (Exception error)
        {
            lock (_lock)
            {
                if (_entries.TryGetValue(node.Value.Key, out LinkedListNode<Entry>? kept) && kept == node)
                {
                    Drop(node);
                }
            }

            node.Value.Source.SetException(error);
            _ = node.Value.Task.Exception;
            throw;
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _entries.Remove(node.Value.Key);
        _byAge.Remove(node);
        Bytes -= node.Value.Bytes;
    }

    private sealed class Entry(TKey key)
    {
        public TKey Key { get; } = key;

        public long Bytes { get; set; }

        public TaskCompletionSource<TValue> Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TValue> Task => Source.Task;
    }
}
