using MuSc.Engine.Tokens;
using MuSc.Features.Images;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Tiles;

/// <summary>Scores one pass after the other on this machine, in the memory that the layout allows.</summary>
internal sealed class PassScorer : IDisposable
{
    private readonly TilePlan _plan;
    private readonly ImageOrder _order;
    private readonly MutualScoringOptions _options;
    private readonly IReadOnlyList<MapId> _maps;
    private readonly WorkerThreads _workers;
    private readonly MapPanels _panels;
    private readonly NativeFloats _values;
    private readonly TileBuffers[] _buffers;
    private readonly ImageFloats _nothing;
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly int _patches;
    private readonly int _residentSlots;
    private readonly int _block;
    private readonly ulong[] _done;
    private readonly ushort[][] _names;
    private BlockAccumulator[] _strip = [];
    private int _pass;

    public PassScorer(ITokenSource tokens, ImageOrder order, TilePlan plan, MutualScoringOptions options, WorkerThreads workers)
    {
        (_plan, _order, _options, _workers) = (plan, order, options, workers);
        _maps = MapId.All(tokens.Shape.Stages.Count, options.Neighbourhoods);
        _patches = tokens.Shape.Stages[0].Patches;
        Residence[] residences = [.. Residence.OfMap(plan, options.Layout.ResidentImages)];
        _residentSlots = residences.Max(residence => residence.Images);
        _block = plan.Blocks.Max(block => block.Count);
        _panels = new(tokens, _residentSlots + (residences.Any(residence => residence.Streamed.Any()) ? 2 * _block : 0), workers.Count);
        _buffers = [.. Enumerable.Range(0, workers.Count).Select(_ => new TileBuffers(_block * _block, _patches))];
        _values = new(plan.Strips.Max(strip => TilePlan.In(strip).Sum(Floats)));
        _nothing = TileSide.Nothing(_patches);
        _done = new ulong[(plan.Positions + 63) / 64];
        _names = options.Distances is null
            ? []
            : [.. plan.Blocks.Select(block => order.Images.Skip(block.First).Take(block.Count).Select(image => checked((ushort)image)).ToArray())];
    }

    /// <summary>Begins a pass: nothing of it is done.</summary>
    public void Begin(int pass)
    {
        _pass = pass;
        Array.Clear(_done);
        int[] blocks = [.. TilePlan.In(_plan.StripOf(pass))];
        if (_strip.Length == blocks.Length && blocks.Zip(_strip).All(pair => Fits(pair.First, pair.Second)))
        {
            Array.ForEach(_strip, values => values.Clear());
        }
        else
        {
            long next = 0;
            _strip = [.. blocks.Select(block =>
            {
                long start = next;
                next += Floats(block);
                return new BlockAccumulator(_plan.Blocks[block].Count, _patches, Kept(block), _plan.Scorers(block), _values, start);
            })];
        }

        if (_options.Distances is { } distances)
        {
            EachImage((image, values) =>
            {
                if (_plan.Blocks[image.Block].Known)
                {
                    distances.Load(_plan.MapOf(pass), image.Row, values[image.At]);
                }
            });
        }
    }

    /// <summary>Works out what is left of the pass.</summary>
    /// <param name="run">The run, which follows the work; called from any thread.</param>
    /// <param name="cancellationToken">Stops between pairs.</param>
    public void Score(MutualScorer run, CancellationToken cancellationToken)
    {
        INearestPatchKernel kernel = _panels.Begin(_maps[_plan.MapOf(_pass)], [.. _order.Images.Take(_plan.Blocks[_plan.Scored - 1].End)], _options.Kernel);
        foreach (Residence resident in Residence.Of(_plan, _pass, _options.Layout.ResidentImages))
        {
            Tile[] inner = Open(resident.Inner);
            int[] streamed = [.. resident.Streamed.Where(block => Open(resident.With(block)).Length > 0)];
            if (inner.Length + streamed.Length == 0)
            {
                continue;
            }

            _workers.Run(resident.Images, (worker, row) => Pack(worker, row, resident.FirstImage + row, cancellationToken));

            // While a streamed block meets the resident ones, the next block is packed beside it.
            for (int step = 0; step <= streamed.Length; step++)
            {
                int? column = step == 0 ? null : streamed[step - 1];
                Tile[] tiles = column is { } block ? Open(resident.With(block)) : inner;
                ImageBlock next = step < streamed.Length ? _plan.Blocks[streamed[step]] : default;
                int nextSlot = _residentSlots + (step % 2 * _block);
                int columnSlot = _residentSlots + ((step + 1) % 2 * _block);
                _workers.Run(next.Count + tiles.Length, (worker, item) =>
                {
                    if (item < next.Count)
                    {
                        Pack(worker, nextSlot + item, next.First + item, cancellationToken);
                        return;
                    }

                    Tile tile = tiles[item - next.Count];
                    int row = tile.Row == column ? tile.Column : tile.Row;
                    int other = column ?? tile.Column;
                    run.Begun(_plan.Pairs(tile));
                    _buffers[worker].Compute(
                        kernel, Side(row, Slot(row)), Side(other, column is null ? Slot(other) : columnSlot), tile.IsDiagonal, run.Computed, cancellationToken);
                    Merge(_buffers[worker], tile, row, other, run);
                    run.Between(_gate);
                });
            }

            int Slot(int block) => _plan.Blocks[block].First - resident.FirstImage;
        }
    }

    /// <summary>Adds the patch scores of the pass, which is done, to the sums; and keeps its values, where they are kept.</summary>
    /// <param name="sums">[N × averages × P] by the source's images.</param>
    public void AddTo(double[] sums)
    {
        int length = _options.Averages * _patches;
        EachImage((image, values) =>
        {
            values.AddScores(image.At, sums.AsSpan(checked(image.Row * length), length));
            _options.Distances?.Save(_plan.MapOf(_pass), image.Row, values[image.At]);
        });
    }

    /// <summary>Writes which tiles are done and the values that they gave; nobody may merge meanwhile.</summary>
    public void Save(SnapshotFile file)
    {
        file.Write<ulong>(_done);
        Array.ForEach(_strip, values => values.Save(file));
    }

    /// <summary>Goes on from that, in a pass that has begun.</summary>
    public void Load(SnapshotFile file)
    {
        file.Read<ulong>(_done);
        Array.ForEach(_strip, values => values.Load(file));
    }

    public void Dispose()
    {
        _panels.Dispose();
        _values.Dispose();
        Array.ForEach(_buffers, buffers => buffers.Dispose());
        _gate.Dispose();
    }

    // The images of the strip, spread over the workers.
    private void EachImage(Action<(int Block, int At, int Row), BlockAccumulator> work)
    {
        (int Block, int At, int Row)[] images = [.. TilePlan.In(_plan.StripOf(_pass)).SelectMany(block => Enumerable.Range(0, _plan.Blocks[block].Count)
            .Select(at => (block, at, _order.Images[_plan.Blocks[block].First + at])))];
        _workers.Run(images.Length, (_, at) => work(images[at], Values(images[at].Block)!));
    }

    private KeptValues Kept(int block) => _options.Kept(_plan.Scorers(block));

    private long Floats(int block) => (long)_plan.Blocks[block].Count * Kept(block).Floats(_patches, _plan.Scorers(block));

    private bool Fits(int block, BlockAccumulator values) => values.Images == _plan.Blocks[block].Count && values.Scorers == _plan.Scorers(block);

    private Tile[] Open(IEnumerable<Tile> tiles) => [.. tiles.Where(tile => (_done[_plan.Position(tile) / 64] >> (_plan.Position(tile) % 64) & 1) == 0)];

    private BlockAccumulator? Values(int block) => _plan.Takes(_pass, block) ? _strip[block - _plan.StripOf(_pass).Start.Value] : null;

    private TileSide Side(int block, int slot) => new(block, _plan.Blocks[block].Count, image => _panels[slot + image], Values(block) is { } values ? values.Floors : _nothing);

    private ReadOnlySpan<ushort> Names(int block) => _names.Length > 0 ? _names[block] : default;

    private void Pack(int worker, int slot, int position, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _panels.Pack(worker, slot, _order.Images[position]);
    }

    // Many may merge at the same time; a snapshot waits until none does.
    private void Merge(TileBuffers tile, in Tile done, int row, int column, MutualScorer run)
    {
        (int rows, int columns) = (_plan.Blocks[row].Count, _plan.Blocks[column].Count);
        _gate.EnterReadLock();
        try
        {
            Values(row)!.Add(tile.Rows(rows, columns), Names(column));
            if (!done.IsDiagonal)
            {
                Values(column)?.Add(tile.Columns(rows, columns), Names(row));
            }

            lock (_done)
            {
                _done[_plan.Position(done) / 64] |= 1UL << (_plan.Position(done) % 64);
            }

            run.Merged(_plan.Pairs(done));
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }
}
