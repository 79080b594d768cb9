using System.Buffers;
using MuSc.Engine.Tiles;
using MuSc.Features.Backbones;
using MuSc.Grains.Compute;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Grains.Workers;

/// <summary>A block packed for one map.</summary>
/// <param name="packer">Packs.</param>
/// <param name="images">Images n.</param>
public sealed class BlockPanels(MapPacker packer, int images) : IDisposable
{
    private readonly NativeFloats _packed = new((long)images * packer.PackedLength);

    /// <summary>The kernel that it is packed for.</summary>
    public INearestPatchKernel Kernel => packer.Kernel;

    /// <summary>One image's packed tokens.</summary>
    public ReadOnlySpan<float> this[int image] => Slot(image);

    /// <summary>Packs all images.</summary>
    /// <param name="stage">[n × P × C] of the map's stage.</param>
    /// <param name="first">Position of the first image, for an error.</param>
    public BlockPanels Pack(NativeFloats stage, int first)
    {
        int length = checked((int)(stage.Length / images));
        float[] aggregated = ArrayPool<float>.Shared.Rent(packer.AggregatedLength);
        for (int image = 0; image < images; image++)
        {
            packer.Pack(stage.Slice((long)image * length, length), first + image, aggregated, Slot(image));
        }

        ArrayPool<float>.Shared.Return(aggregated);
        return this;
    }

    public void Dispose() => _packed.Dispose();

    private Span<float> Slot(int image) => _packed.Slice((long)image * packer.PackedLength, packer.PackedLength);
}

/// <summary>A tile's packed blocks, kept until this is disposed of.</summary>
public sealed record TilePanels(BlockPanels Rows, BlockPanels Columns, IReadOnlyList<IDisposable> Loans) : IDisposable
{
    public void Dispose()
    {
        foreach (IDisposable loan in Loans)
        {
            loan.Dispose();
        }
    }
}

/// <summary>
/// What a silo's slots compute with: for each map the kernel that this silo chose for it, and blocks packed for that kernel,
/// within a budget of bytes. Silos may choose differently; the choice never changes a bit.
/// </summary>
public sealed class PanelCache(BlockFetcher fetcher, ComputePool pool, SiloMemory memory, ScoringDevice device, ClusterMetrics metrics)
{
    private readonly ByteBudgetCache<(string Job, int Generation, int Map), Chosen> _packers = new(long.MaxValue);
    private readonly ByteBudgetCache<(string Job, int Generation, int Map, int Block), BlockPanels> _panels = new(memory.Panels, metrics.Cache("panels"));

    /// <summary>Bytes of packed tokens that are here or being packed.</summary>
    public long Bytes => _panels.Bytes;

    /// <summary>A tile's packed blocks; the same one twice on the diagonal.</summary>
    /// <exception cref="StaleLayoutException">The job's features have changed.</exception>
    /// <exception cref="TimeoutException">An extractor did not have a block in time.</exception>
    public async Task<TilePanels> GetAsync(JobView view, Tile tile, CancellationToken cancellationToken)
    {
        Task<Loan<BlockPanels>> rows = GetAsync(view, view.Plan.MapOf(tile.Pass), tile.Row, cancellationToken);
        Task<Loan<BlockPanels>> columns = GetAsync(view, view.Plan.MapOf(tile.Pass), tile.Column, cancellationToken);
        try
        {
            await Task.WhenAll(rows, columns);
            TilePanels tilePanels = new((await rows).Value, (await columns).Value, [await rows, await columns]);
            return tilePanels.Rows.Kernel == tilePanels.Columns.Kernel ? tilePanels : throw new StaleLayoutException();
        }
        catch
        {
            foreach (Task<Loan<BlockPanels>> loan in new[] { rows, columns }.Where(loan => loan.IsCompletedSuccessfully))
            {
                (await loan).Dispose();
            }

            throw;
        }
    }

    /// <summary>Forgets a job.</summary>
    public void Forget(string job)
    {
        _packers.Remove(key => key.Job == job);
        _panels.Remove(key => key.Job == job);
    }

    private async Task<Loan<BlockPanels>> GetAsync(
        JobView view, int map, int block, CancellationToken cancellationToken)
    {
        int generation = view.Layout.Generation;
        int images = view.Layout.Counts[block];
        int stage = view.Layout.Map(map).Stage;
        using Loan<Chosen> chosen = await _packers.GetAsync(
            (view.Job, generation, map), 0, async () => new(await ChooseAsync(view, map, block, cancellationToken)));
        MapPacker packer = chosen.Value.Packer;
        return await _panels.GetAsync((view.Job, generation, map, block), (long)images * packer.PackedLength * sizeof(float), async () =>
        {
            using Loan<NativeFloats> tokens = await fetcher.GetAsync(view, block, stage, cancellationToken);
            BlockPanels panels = new(packer, images);
            try
            {
                return await pool.RunAsync(Lane.Work, view.Job, () => panels.Pack(tokens.Value, view.Plan.Blocks[block].First), cancellationToken);
            }
            catch
            {
                panels.Dispose();
                throw;
            }
        });
    }

    private async Task<MapPacker> ChooseAsync(JobView view, int map, int block, CancellationToken cancellationToken)
    {
        FeatureShape shape = view.Layout.Shape!.ToShape();
        MapId id = view.Layout.Map(map);
        using Loan<NativeFloats> tokens = await fetcher.GetAsync(view, block, id.Stage, cancellationToken);
        int length = shape.Stages[id.Stage].Length;
        return await pool.RunAsync(
            Lane.Work,
            view.Job,
            () => new MapPacker(
                shape, id, view.Layout.Counts[block], image => tokens.Value.Slice((long)image * length, length), device.Kernel,
                new float[shape.Stages[0].Length]),
            cancellationToken);
    }

    private sealed record Chosen(MapPacker Packer) : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
