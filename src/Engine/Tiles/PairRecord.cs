using Microsoft.Win32.SafeHandles;
using MuSc.Engine.Files;

namespace MuSc.Engine.Tiles;

/// <summary>
/// How many image pairs a run has begun, merged and put into its last snapshot, in a small file that outlives the process
/// however it ends: the next run reads from it what it does again. No result depends on it.
/// </summary>
/// <remarks>A file: the job's identity, then the three counts.</remarks>
internal sealed class PairRecord : IDisposable
{
    private readonly string _path;
    private readonly byte[] _identity;
    private readonly SafeFileHandle _file;
    private readonly Lock _lock = new();
    private Counts _counts;

    /// <param name="path">The file; what an earlier run left there is replaced.</param>
    /// <param name="identity">The job's identity.</param>
    /// <param name="takenOver">Image pairs done before this run.</param>
    /// <exception cref="JobException">The file cannot be written.</exception>
    public PairRecord(string path, byte[] identity, long takenOver)
    {
        (_path, _identity) = (path, identity);
        _counts = new(takenOver, takenOver, takenOver);
        _file = DiskError.Tell(path, () => File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write));
        Write();
    }

    /// <summary>What a run of the same job left; zeros where there is nothing.</summary>
    public static Counts Read(string path, ReadOnlySpan<byte> identity)
    {
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        return bytes.Length == identity.Length + Marshal.SizeOf<Counts>() && bytes.AsSpan().StartsWith(identity)
            ? MemoryMarshal.Read<Counts>(bytes.AsSpan(identity.Length))
            : default;
    }

    /// <summary>A tile is begun.</summary>
    public void Begin(long pairs) => Change(counts => counts with { Begun = counts.Begun + pairs });

    /// <summary>A tile is merged.</summary>
    public void Merge(long pairs) => Change(counts => counts with { Merged = counts.Merged + pairs });

    /// <summary>A snapshot of so many pairs is taken.</summary>
    public void TakeSnapshot(long pairs) => Change(counts => counts with { Snapshot = pairs });

    public void Dispose() => _file.Dispose();

    private void Change(Func<Counts, Counts> change)
    {
        lock (_lock)
        {
            _counts = change(_counts);
            Write();
        }
    }

    // One write of a few bytes in place: a killed process leaves the counts before it or those after it.
    private void Write() => DiskError.Tell(_path, () =>
    {
        byte[] bytes = [.. _identity, .. MemoryMarshal.AsBytes(new ReadOnlySpan<Counts>(in _counts))];
        RandomAccess.Write(_file, bytes, 0);
    });

    /// <summary>Image pairs.</summary>
    internal readonly record struct Counts(long Snapshot, long Merged, long Begun);
}
