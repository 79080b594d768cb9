using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Features;
using MuSc.Scoring;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Mutual;

/// <summary>Scores the strips of one group, one after the other, in the memory that the layout says.</summary>
internal sealed class StripScorer : IDisposable
{
    private readonly ScoringGroup _group;
    private readonly WorkerThreads _workers;
    private readonly MapPanels _panels;
    private readonly TileScorer[] _scorers;
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly int _residentSlots;
    private readonly int _block;
    private readonly KernelChoice _choice;

    public StripScorer(ITokenSource tokens, ScoringGroup group, MutualScoringOptions options, WorkerThreads workers)
    {
        (_group, _workers, _choice) = (group, workers, options.Kernel);
        StageShape shape = tokens.Shape.Stages[0];
        Kept = KeptOf(group.Scorers, options);
        Strips = TileSchedule.Of(group.Scored, group.References, options.Mode, options.Layout);
        IEnumerable<ResidentPass> passes = Strips.SelectMany(strip => strip.Passes);
        _residentSlots = passes.Max(pass => pass.Rows.Count);
        _block = Math.Min(options.Layout.BlockImages, Math.Max(group.Scored, group.References));
        int streamed = passes.Any(pass => pass.Columns.Count > 0) ? 2 * _block : 0;
        _panels = new(tokens, _residentSlots + streamed, workers.Count);
        _scorers = [.. Enumerable.Range(0, workers.Count).Select(_ => new TileScorer(shape.Patches, _block))];
        Values = new(Strips.Max(strip => strip.Images.Count), shape.Patches, Kept.End, group.Scorers);
    }

    public IReadOnlyList<StripPlan> Strips { get; }

    /// <summary>What the images of the strip at hand know.</summary>
    public StripValues Values { get; }

    /// <summary>Which of a patch's sorted values count.</summary>
    public (int First, int End) Kept { get; }

    /// <summary>Which of a patch's sorted values count.</summary>
    public static (int First, int End) KeptOf(int scorers, MutualScoringOptions options)
        => options.Mode == ScoringMode.References ? (0, 1) : options.Interval.Positions(scorers);

    /// <summary>Works out a strip's tiles.</summary>
    /// <param name="map">The map.</param>
    /// <param name="strip">The strip.</param>
    /// <param name="done">Tiles that are done; those that get done are added, each together with its values.</param>
    /// <param name="observer">Follows the work.</param>
    /// <param name="cancellationToken">Stops between pairs.</param>
    public void Score(MapId map, StripPlan strip, TileSet done, IStripObserver observer, CancellationToken cancellationToken)
    {
        INearestPatchKernel kernel = _panels.Begin(map, _group.Images.AsSpan(0, _group.Scored), _choice);
        foreach (ResidentPass pass in strip.Without(done).Passes)
        {
            _workers.Run(pass.Rows.Count, (worker, row) => Pack(worker, row, pass.Rows.First + row, cancellationToken));

            // While a streamed block meets the resident ones, the next block is packed beside it.
            for (int step = 0; step <= pass.Columns.Count; step++)
            {
                IReadOnlyList<Tile> tiles = step == 0 ? pass.Inner : pass.Columns[step - 1].Tiles;
                ImageRange next = step < pass.Columns.Count ? pass.Columns[step].Columns : default;
                int nextSlot = _residentSlots + (step % 2 * _block);
                int columnSlot = _residentSlots + ((step + 1) % 2 * _block);
                bool inner = step == 0;
                _workers.Run(next.Count + tiles.Count, (worker, item) =>
                {
                    if (item < next.Count)
                    {
                        Pack(worker, nextSlot + item, next.First + item, cancellationToken);
                        return;
                    }

                    Tile tile = tiles[item - next.Count];
                    int column = inner ? tile.Columns.First - pass.Rows.First : columnSlot;
                    (int, int) slots = (tile.Rows.First - pass.Rows.First, column);
                    observer.Begun(tile.Pairs);
                    _scorers[worker].Compute(tile, kernel, _panels, slots, Values, strip.Images, observer.Computed, cancellationToken);
                    Merge(_scorers[worker], tile, strip.Images, done, observer);
                    observer.Between(_gate);
                });
            }
        }
    }

    /// <summary>Adds the strip's patch scores to the sums.</summary>
    /// <param name="strip">The strip, all of its tiles done.</param>
    /// <param name="reduction">What becomes of the kept values.</param>
    /// <param name="sums">[N × P] by the source's images.</param>
    public void AddTo(StripPlan strip, Reduction reduction, double[] sums) => _workers.Run(strip.Images.Count, (_, place) =>
    {
        ScorerSelection selection = Values[place];
        long start = (long)_group.Images[strip.Images.First + place] * selection.Patches;
        for (int patch = 0; patch < selection.Patches; patch++)
        {
            sums[start + patch] += selection.Reduce(patch, Kept.First, Kept.End, reduction);
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _panels.Dispose();
        Values.Dispose();
        Array.ForEach(_scorers, scorer => scorer.Dispose());
        _gate.Dispose();
    }

    // Many may merge at the same time; a snapshot waits until none does.
    private void Merge(TileScorer scorer, in Tile tile, ImageRange strip, TileSet done, IStripObserver observer)
    {
        _gate.EnterReadLock();
        try
        {
            scorer.Merge(tile, Values, strip);
            lock (done)
            {
                done.Add(tile.Number);
            }

            observer.Merged(tile.Pairs);
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    private void Pack(int worker, int slot, int image, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _panels.Pack(worker, slot, _group.Images[image]);
    }
}
