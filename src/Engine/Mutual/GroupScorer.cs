using MuSc.Engine.Jobs;
using MuSc.Engine.Tokens;
using MuSc.Features;
using MuSc.Scoring.Interval;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Mutual;

/// <summary>Scores one group, strip by strip of one map after the other, in the memory that its layout says.</summary>
internal sealed class GroupScorer : IDisposable
{
    private readonly ScoringGroup _group;
    private readonly MutualScoringOptions _options;
    private readonly WorkerThreads _workers;
    private readonly IReadOnlyList<StripPlan> _strips;
    private readonly MapPanels _panels;
    private readonly TileScorer[] _scorers;
    private readonly StripValues _values;
    private readonly int _patches;
    private readonly int _residentSlots;
    private readonly int _block;
    private readonly (int First, int End) _kept;

    public GroupScorer(ITokenSource tokens, ScoringGroup group, MutualScoringOptions options, WorkerThreads workers)
    {
        (_group, _options, _workers) = (group, options, workers);
        StageShape shape = tokens.Shape.Stages[0];
        _patches = shape.Patches;
        _kept = Kept(group.Scorers, options);
        _strips = TileSchedule.Of(group.Scored, group.References, options.Mode, options.Layout);
        IEnumerable<ResidentPass> passes = _strips.SelectMany(strip => strip.Passes);
        _residentSlots = passes.Max(pass => pass.Rows.Count);
        _block = Math.Min(options.Layout.BlockImages, Math.Max(group.Scored, group.References));
        int streamed = passes.Any(pass => pass.Columns.Count > 0) ? 2 * _block : 0;
        INearestPatchKernel kernel = options.Kernel(shape.Channels);
        _panels = new(tokens, kernel, _residentSlots + streamed, workers.Count);
        _scorers = [.. Enumerable.Range(0, workers.Count).Select(_ => new TileScorer(kernel, _patches, _block))];
        _values = new(_strips.Max(strip => strip.Images.Count), _patches, _kept.End, group.Scorers);
    }

    /// <summary>Image pairs of one map.</summary>
    public long Pairs => TileSchedule.Pairs(_strips);

    /// <summary>Which of a patch's sorted values count.</summary>
    public static (int First, int End) Kept(int scorers, MutualScoringOptions options)
        => options.Mode == ScoringMode.References ? (0, 1) : options.Interval.Positions(scorers);

    /// <summary>Adds one map's patch scores to the sums.</summary>
    /// <param name="map">The map.</param>
    /// <param name="sums">[N × P] by the source's images.</param>
    /// <param name="pairs">Called with the pairs done.</param>
    /// <param name="cancellationToken">Stops between pairs.</param>
    public void AddMap(MapId map, double[] sums, Action<int> pairs, CancellationToken cancellationToken)
    {
        foreach (StripPlan strip in _strips)
        {
            _values.Clear();
            foreach (ResidentPass pass in strip.Passes)
            {
                Score(map, strip, pass, pairs, cancellationToken);
            }

            _workers.Run(strip.Images.Count, (_, image) => Reduce(image, strip.Images.First + image, sums));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _panels.Dispose();
        _values.Dispose();
        Array.ForEach(_scorers, scorer => scorer.Dispose());
    }

    private void Score(MapId map, StripPlan strip, ResidentPass pass, Action<int> pairs, CancellationToken cancellationToken)
    {
        _workers.Run(pass.Rows.Count, (worker, row) => Pack(worker, row, pass.Rows.First + row, map, cancellationToken));

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
                    Pack(worker, nextSlot + item, next.First + item, map, cancellationToken);
                    return;
                }

                Tile tile = tiles[item - next.Count];
                int column = inner ? tile.Columns.First - pass.Rows.First : columnSlot;
                _scorers[worker].Compute(tile, _panels, tile.Rows.First - pass.Rows.First, column, pairs, cancellationToken);
                _scorers[worker].Merge(tile, _values, strip.Images);
            });
        }
    }

    private void Pack(int worker, int slot, int image, MapId map, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _panels.Pack(worker, slot, _group.Images[image], map);
    }

    private void Reduce(int place, int image, double[] sums)
    {
        ScorerSelection selection = _values[place];
        Reduction reduction = _options.Mode == ScoringMode.References ? Reduction.Min : _options.Reduction;
        long start = (long)_group.Images[image] * _patches;
        for (int patch = 0; patch < _patches; patch++)
        {
            sums[start + patch] += selection.Reduce(patch, _kept.First, _kept.End, reduction);
        }
    }
}
