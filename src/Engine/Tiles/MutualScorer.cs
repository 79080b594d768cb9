using MuSc.Engine.Tokens;
using MuSc.Features.Images;
using MuSc.Scoring;

namespace MuSc.Engine.Tiles;

/// <summary>
/// Mutual scoring on one machine (docs/method.md, Mutual scoring and Variants): every patch of every image by its interval average over the
/// other images, map by map, summed over the maps in float64, from where an earlier run was left. The same tokens give the same bits whatever
/// the threads and the layout.
/// </summary>
public sealed class MutualScorer
{
    private readonly ITokenSource _tokens;
    private readonly MutualScoringOptions _options;
    private readonly IProgress<long>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly ImageOrder _order;
    private readonly TilePlan _plan;
    private readonly double[] _sums;
    private PassScorer? _scorer;
    private PairRecord? _record;
    private int _pass;
    private long _merged;
    private long _counted;

    private MutualScorer(ITokenSource tokens, MutualScoringOptions options, IProgress<long>? pairs, CancellationToken cancellationToken)
    {
        (_tokens, _options, _progress, _cancellationToken) = (tokens, options, pairs, cancellationToken);
        (_order, _plan) = options.Lay(tokens.Images, tokens.Shape.Stages.Count);
        _sums = new double[(long)(tokens.Images - options.References) * options.Averages * tokens.Shape.Stages[0].Patches];
    }

    /// <summary>Scores all images of a source but its references.</summary>
    /// <param name="tokens">The features; references are its last images.</param>
    /// <param name="options">How.</param>
    /// <param name="pairs">Receives how many image pairs are done, of <see cref="CountPairs"/>; from any thread.</param>
    /// <param name="cancellationToken">Stops within the time of one pair.</param>
    /// <returns>[N × averages × P] patch scores, references left out.</returns>
    /// <exception cref="JobException">An image has no scorer, a token is not finite, or a snapshot cannot be written.</exception>
    public static double[] Score(ITokenSource tokens, MutualScoringOptions options, IProgress<long>? pairs, CancellationToken cancellationToken)
        => new MutualScorer(tokens, options, pairs, cancellationToken).Score();

    /// <summary>Image pairs that a job works out, over all maps.</summary>
    /// <param name="images">Images, references included.</param>
    /// <param name="stages">Stages.</param>
    /// <param name="options">How it is scored.</param>
    public static long CountPairs(int images, int stages, MutualScoringOptions options) => options.Lay(images, stages).Plan.ImagePairs;

    private double[] Score()
    {
        using WorkerThreads workers = new(_options.Threads);
        using PassScorer scorer = new(_tokens, _order, _plan, _options, workers);
        _scorer = scorer;
        bool goesOn = _options.Snapshots?.Read(_options.Layout, Restore) ?? false;
        PairRecord.Counts before = _options.Snapshots?.ReadRecord() ?? default;
        _options.Resumed?.Invoke(new(_merged, before.Snapshot, before.Merged, before.Begun));
        using PairRecord? record = _options.Snapshots?.BeginRecord(_merged);
        for (_record = record; _pass < _plan.Passes; _pass++, goesOn = false)
        {
            if (!goesOn)
            {
                scorer.Begin(_pass);
            }

            scorer.Score(this, _cancellationToken);
            scorer.AddTo(_sums);
        }

        PatchScores.Average(_sums, _plan.Maps);
        return _sums;
    }

    /// <summary>A tile of so many pairs is about to be worked out.</summary>
    internal void Begun(long pairs) => _record?.Begin(pairs);

    /// <summary>Some image pairs were worked out.</summary>
    internal void Computed(int pairs) => _progress?.Report(Interlocked.Add(ref _counted, pairs));

    /// <summary>A tile of so many pairs was merged; while this is called no snapshot is taken.</summary>
    internal void Merged(long pairs)
    {
        Interlocked.Add(ref _merged, pairs);
        _record?.Merge(pairs);
    }

    /// <summary>Between tiles: with the gate's write lock nothing changes.</summary>
    internal void Between(ReaderWriterLockSlim gate)
    {
        if (_options.Snapshots is { } snapshots && snapshots.Rule.IsDue(Volatile.Read(ref _merged) / (double)_plan.ImagePairs) && gate.TryEnterWriteLock(0))
        {
            try
            {
                snapshots.Write(_options.Layout, _merged / (double)_plan.ImagePairs, Save);
                _record?.TakeSnapshot(_merged);
            }
            finally
            {
                gate.ExitWriteLock();
            }
        }
    }

    private void Save(SnapshotFile file)
    {
        file.Write(_pass);
        file.Write(_merged);
        file.Write<double>(_sums);
        _scorer!.Save(file);
    }

    private void Restore(SnapshotFile file)
    {
        _pass = file.Read<int>();
        _merged = _counted = file.Read<long>();
        file.Read<double>(_sums);
        _scorer!.Begin(_pass);
        _scorer.Load(file);
        _options.Snapshots!.Rule.Resume(_merged / (double)_plan.ImagePairs);
    }
}
