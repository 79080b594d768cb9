using MuSc.Scoring.Metrics;

namespace MuSc.Tests;

/// <summary>Keeps pixels in memory.</summary>
public sealed class MemoryRunStore : IRunStore
{
    private readonly Lock _lock = new();
    private readonly List<byte[]> _runs = [];

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<byte> run)
    {
        byte[] copy = run.ToArray();
        lock (_lock)
        {
            _runs.Add(copy);
            return _runs.Count - 1;
        }
    }

    /// <inheritdoc/>
    public void Read(int run, int offset, Span<byte> bytes)
    {
        byte[] source;
        lock (_lock)
        {
            source = _runs[run];
        }

        source.AsSpan(offset, bytes.Length).CopyTo(bytes);
    }
}
