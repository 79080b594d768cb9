using System.Runtime.InteropServices;
using MuSc.Scoring.Metrics;

namespace MuSc.Tests;

/// <summary>Keeps pixels in memory.</summary>
public sealed class MemoryRunStore : IRunStore
{
    private readonly List<byte> _bytes = [];

    /// <inheritdoc/>
    public long Write(ReadOnlySpan<byte> run)
    {
        lock (_bytes)
        {
            _bytes.AddRange(run);
            return _bytes.Count - run.Length;
        }
    }

    /// <inheritdoc/>
    public void Read(long position, Span<byte> bytes)
    {
        lock (_bytes)
        {
            CollectionsMarshal.AsSpan(_bytes).Slice((int)position, bytes.Length).CopyTo(bytes);
        }
    }
}
