using System.Security.Cryptography;
using System.Text;
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
    private const int Version = 2;

    private readonly SnapshotStore _store = new(folder, "snapshot", $"{Version}\n{identity}");
    private readonly byte[] _identity = SHA256.HashData(Encoding.UTF8.GetBytes($"{Version}\n{identity}"));

    private string RecordPath => Path.Combine(folder, "pairs");

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
    internal void Write(ScoringLayout layout, double work, Action<SnapshotFile> save) => DiskError.Tell(folder, () => Rule.Take(work, () => _store.Write(file =>
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
    internal PairRecord.Counts ReadRecord() => PairRecord.Read(RecordPath, _identity);

    /// <summary>Begins to keep such a record for this run.</summary>
    internal PairRecord BeginRecord(long takenOver) => new(RecordPath, _identity, takenOver);

    private static ScoringLayout ReadLayout(SnapshotFile file) => new(file.Read<int>(), file.Read<int>(), file.Read<int>());
}
