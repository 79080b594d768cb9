using MuSc.Contracts;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Mutual;

/// <summary>One run of mutual scoring: group by group, map by map, strip by strip, from where an earlier run was left.</summary>
internal sealed class ScoringRun(ITokenSource tokens, MutualScoringOptions options, IProgress<long>? pairs, CancellationToken cancellationToken)
{
    private readonly IReadOnlyList<ScoringGroup> _groups = ScoringGroup.Of(tokens.Images, options);
    private readonly IReadOnlyList<MapId> _maps = MapId.All(tokens.Shape.Stages.Count, options.Degrees);
    private readonly long _total = MutualScorer.CountPairs(tokens.Images, tokens.Shape.Stages.Count, options);
    private readonly double[] _sums = new double[(long)(tokens.Images - options.References) * tokens.Shape.Stages[0].Patches];
    private PairRecord? _record;
    private long _merged;
    private long _counted;

    public double[] Score()
    {
        using WorkerThreads workers = new(options.Threads);
        using Snapshot? earlier = OpenEarlier();
        using PairRecord? record = BeginRecord(earlier?.Pairs ?? 0);
        _record = record;
        for (int group = earlier?.Unit.Group ?? 0; group < _groups.Count; group++)
        {
            using StripScorer scorer = new(tokens, _groups[group], options, workers);
            foreach (ScoringUnit unit in Units(group, scorer.Strips.Count).Where(unit => earlier is null || unit.CompareTo(earlier.Unit) >= 0))
            {
                Score(scorer, unit, earlier is not null && unit == earlier.Unit ? earlier : null);
            }
        }

        for (int at = 0; at < _sums.Length; at++)
        {
            _sums[at] /= _maps.Count;
        }

        return _sums;
    }

    private Snapshot? OpenEarlier()
    {
        Snapshot? earlier = options.Snapshots?.Open();
        if (earlier is not null && earlier.Layout != options.Layout)
        {
            earlier.Dispose();
            return null;
        }

        earlier?.ReadSums(_sums);
        _merged = _counted = earlier?.Pairs ?? 0;
        return earlier;
    }

    private PairRecord? BeginRecord(long takenOver)
    {
        PairRecord.Counts before = options.Snapshots?.ReadRecord() ?? default;
        options.Resumed?.Invoke(new(takenOver, before.Snapshot, before.Merged, before.Begun));
        return options.Snapshots?.BeginRecord(takenOver);
    }

    private void Report(long counted) => pairs?.Report(counted);

    private IEnumerable<ScoringUnit> Units(int group, int strips)
        => Enumerable.Range(0, _maps.Count).SelectMany(map => Enumerable.Range(0, strips).Select(strip => new ScoringUnit(group, map, strip)));

    private void Score(StripScorer scorer, ScoringUnit unit, Snapshot? earlier)
    {
        StripPlan strip = scorer.Strips[unit.Strip];
        TileSet done = new(strip.Tiles);
        scorer.Values.Clear();
        if (earlier is not null)
        {
            earlier.ReadDone(done);
            earlier.ReadValues(scorer.Values, strip.Images.Count);
        }

        scorer.Score(_maps[unit.Map], strip, done, new Observer(this, scorer, unit, strip, done), cancellationToken);
        scorer.AddTo(strip, options.Mode == ScoringMode.References ? Reduction.Min : options.Reduction, _sums);
    }

    private void TakeSnapshot(StripScorer scorer, ScoringUnit unit, StripPlan strip, TileSet done, ReaderWriterLockSlim gate)
    {
        if (options.Snapshots is { } snapshots && snapshots.IsDue(Volatile.Read(ref _merged), _total) && gate.TryEnterWriteLock(0))
        {
            try
            {
                snapshots.Take(options.Layout, unit, _merged, done, _sums, scorer.Values, strip.Images.Count);
                _record?.TakeSnapshot(_merged);
            }
            finally
            {
                gate.ExitWriteLock();
            }
        }
    }

    private sealed class Observer(ScoringRun run, StripScorer scorer, ScoringUnit unit, StripPlan strip, TileSet done) : IStripObserver
    {
        public void Begun(long pairs) => run._record?.Begin(pairs);

        public void Computed(int pairs) => run.Report(Interlocked.Add(ref run._counted, pairs));

        public void Merged(long pairs)
        {
            Interlocked.Add(ref run._merged, pairs);
            run._record?.Merge(pairs);
        }

        public void Between(ReaderWriterLockSlim gate) => run.TakeSnapshot(scorer, unit, strip, done, gate);
    }
}
