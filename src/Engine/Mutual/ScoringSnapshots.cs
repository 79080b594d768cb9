using System.Security.Cryptography;
using System.Text;
using MuSc.Engine.Files;

namespace MuSc.Engine.Mutual;

/// <summary>
/// Snapshots of scoring: the kept values, which tiles they hold and the sums of finished maps, together. Two generations
/// are kept, each checksummed, written aside and renamed; the newest whole one counts. One is taken every 30 s, or every
/// 2 % of the work where that costs less than a twentieth of the time.
/// </summary>
/// <param name="folder">An existing folder for them.</param>
/// <param name="identity">All that the values depend on; a snapshot of another identity does not count.</param>
/// <param name="time">The clock.</param>
public sealed class ScoringSnapshots(string folder, string identity, TimeProvider time)
{
    private const int Version = 1;
    private const int Generations = 2;
    private const double WorkShare = 0.02;
    private const double CostShare = 0.05;
    private static readonly TimeSpan MostApart = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LeastApart = TimeSpan.FromSeconds(0.5);

    private readonly byte[] _identity = SHA256.HashData(Encoding.UTF8.GetBytes($"{Version}\n{identity}"));
    private long _number;
    private long _lastTaken = time.GetTimestamp();
    private long _lastPairs;
    private TimeSpan _lastCost;

    private string RecordPath => Path.Combine(folder, "pairs");

    /// <summary>The layout of the newest whole snapshot, or null where there is none; going on needs the same.</summary>
    public ScoringLayout? Layout
    {
        get
        {
            using Snapshot? snapshot = Open();
            return snapshot?.Layout;
        }
    }

    /// <summary>Whether one should be taken.</summary>
    /// <param name="pairs">Image pairs done.</param>
    /// <param name="total">Image pairs in all.</param>
    internal bool IsDue(long pairs, long total)
    {
        TimeSpan since = time.GetElapsedTime(Volatile.Read(ref _lastTaken));
        return since >= MostApart
            || (pairs - Volatile.Read(ref _lastPairs) >= WorkShare * total && since >= LeastApart && since * CostShare >= _lastCost);
    }

    /// <summary>Takes a snapshot; nothing may change meanwhile.</summary>
    internal void Take(ScoringLayout layout, ScoringUnit unit, long pairs, TileSet done, double[] sums, StripValues values, int images)
    {
        long began = time.GetTimestamp();
        string aside = Path.Combine(folder, "snapshot.partial");
        string path = PathOf((int)(++_number % Generations));
        DiskError.Tell(path, () =>
        {
            using (SnapshotFile file = new(new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16)))
            {
                file.Write<byte>(_identity);
                file.Write(_number);
                file.Write<int>([layout.BlockImages, layout.ResidentImages, layout.StripImages, unit.Group, unit.Map, unit.Strip]);
                file.Write(pairs);
                file.Write<double>(sums);
                file.Write<ulong>(done.Bits);
                values.Save(file, images);
                file.WriteChecksum();
            }

            File.Move(aside, path, overwrite: true);
        });
        _lastCost = time.GetElapsedTime(began);
        Volatile.Write(ref _lastPairs, pairs);
        Volatile.Write(ref _lastTaken, time.GetTimestamp());
    }

    /// <summary>The newest whole snapshot of this identity, or null.</summary>
    internal Snapshot? Open()
    {
        Snapshot? newest = null;
        for (int generation = 0; generation < Generations; generation++)
        {
            Snapshot? snapshot = Snapshot.TryOpen(PathOf(generation), _identity);
            if (snapshot is not null && (newest is null || snapshot.Number > newest.Number))
            {
                newest?.Dispose();
                newest = snapshot;
            }
            else
            {
                snapshot?.Dispose();
            }
        }

        _number = newest?.Number ?? 0;
        Volatile.Write(ref _lastPairs, newest?.Pairs ?? 0);
        return newest;
    }

    /// <summary>What a run of this identity had done when it ended, whatever its snapshots hold.</summary>
    internal PairRecord.Counts ReadRecord() => PairRecord.Read(RecordPath, _identity);

    /// <summary>Begins to keep such a record for this run.</summary>
    internal PairRecord BeginRecord(long takenOver) => new(RecordPath, _identity, takenOver);

    private string PathOf(int generation) => Path.Combine(folder, $"snapshot-{generation}");
}
