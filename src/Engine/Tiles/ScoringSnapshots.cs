using Microsoft.Win32.SafeHandles;
using MuSc.Engine.Files;

namespace MuSc.Engine.Tiles;

/// <summary>
/// Snapshots of scoring on one machine: the kept values, which tiles they hold and the sums of finished passes, together; and beside
/// them the count of pairs that outlives the process.
/// </summary>
/// <param name="folder">A folder for them.</param>
/// <param name="identity">All that the values depend on; a snapshot of another identity does not count.</param>
/// <param name="time">The clock.</param>
public sealed class ScoringSnapshots(string folder, string identity, TimeProvider time)
{
    private const int Version = 3;

    private readonly SnapshotStore _store = new(folder, "snapshot", $"{Version}\n{identity}");
    private readonly string _recordPath = Path.Combine(folder, "pairs");

    /// <summary>The layout of the newest whole snapshot, or null where there is none; going on needs the same.</summary>
    public ScoringLayout? Layout
    {
        get
        {
            ScoringLayout? layout = null;
            _store.Read(file => layout = ReadLayout(file));
            return layout;
        }
    }

    /// <summary>When one is due.</summary>
    internal SnapshotRule Rule { get; } = new(time);

    /// <summary>Writes one.</summary>
    /// <param name="layout">The run's layout.</param>
    /// <param name="work">Share of the work that it holds.</param>
    /// <param name="save">Writes the rest.</param>
    /// <exception cref="JobException">It cannot be written.</exception>
    internal void Write(ScoringLayout layout, double work, Action<SnapshotFile> save) => DiskError.Name(folder, () => Rule.Take(work, () => _store.Write(file =>
    {
        file.Write<int>([layout.BlockImages, layout.ResidentImages, layout.StripImages]);
        save(file);
    })));

    /// <summary>Reads the newest whole one, if it is of this layout.</summary>
    /// <returns>Whether there is one.</returns>
    internal bool Read(ScoringLayout layout, Action<SnapshotFile> load)
    {
        bool same = false;
        _store.Read(file =>
        {
            same = ReadLayout(file) == layout;
            if (same)
            {
                load(file);
            }
        });
        return same;
    }

    /// <summary>What a run of this identity had done when it ended, whatever its snapshots hold.</summary>
    internal PairRecord.Counts ReadRecord() => PairRecord.Read(_recordPath, _store.Identity);

    /// <summary>Begins to keep such a record for this run.</summary>
    internal PairRecord BeginRecord(long takenOver) => new(_recordPath, _store.Identity, takenOver);

    private static ScoringLayout ReadLayout(SnapshotFile file) => new(file.Read<int>(), file.Read<int>(), file.Read<int>());
}

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
        _file = DiskError.Name(path, () => File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write));
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
    private void Write() => DiskError.Name(_path, () =>
    {
        byte[] bytes = [.. _identity, .. MemoryMarshal.AsBytes(new ReadOnlySpan<Counts>(in _counts))];
        RandomAccess.Write(_file, bytes, 0);
    });

    /// <summary>Image pairs.</summary>
    internal readonly record struct Counts(long Snapshot, long Merged, long Begun);
}
