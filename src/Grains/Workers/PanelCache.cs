using MuSc.Features;
using MuSc.Grains.Compute;
using MuSc.Grains.Messages;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Grains.Workers;

/// <summary>
/// What a silo's slots compute with: for each map the kernel that this silo chose for it, and blocks packed for that kernel,
/// within a budget of bytes. Silos may choose differently; the choice never changes a bit.
/// </summary>
public sealed class PanelCache(BlockFetcher fetcher, ComputePool pool, MuScOptions options)
{
    private readonly ByteBudgetCache<(string Job, int Generation, int Map), INearestPatchKernel> _kernels = new(long.MaxValue);
    private readonly ByteBudgetCache<(string Job, int Generation, int Map, int Block), BlockPanels> _panels = new(options.MemoryBytes / 4);

    /// <summary>A tile's kernel and packed blocks; the same object twice on the diagonal.</summary>
    /// <exception cref="StaleLayoutException">The job's features have changed.</exception>
    /// <exception cref="TimeoutException">An extractor did not have a block in time.</exception>
    public async Task<(INearestPatchKernel Kernel, BlockPanels Rows, BlockPanels Columns)> GetAsync(
        string job, JobLayoutMessage layout, TileMessage tile, CancellationToken cancellationToken)
    {
        (int stage, int degree) = layout.Map(tile.Map);
        FeatureShape shape = layout.Shape!.ToShape();
        INearestPatchKernel kernel = await _kernels.GetAsync((job, layout.Generation, tile.Map), async () =>
        {
            float[][] sampled = await Task.WhenAll(new[] { tile.Row, tile.Column }.Distinct().Select(StageAsync));
            MapSample sample = new(shape.Stages[stage], shape.Stages[0], degree);
            return (await pool.RunAsync(() => NearestPatchKernels.ForMap(sample.Of(sampled), shape.Stages[0].Channels), cancellationToken), 0);
        });
        Task<BlockPanels> rows = PackAsync(tile.Row);
        Task<BlockPanels> columns = tile.Row == tile.Column ? rows : PackAsync(tile.Column);
        await Task.WhenAll(rows, columns);
        return (kernel, await rows, await columns);

        Task<float[]> StageAsync(int block) => fetcher.GetAsync(job, layout, block, stage, cancellationToken);

        Task<BlockPanels> PackAsync(int block) => _panels.GetAsync((job, layout.Generation, tile.Map, block), async () =>
        {
            float[] tokens = await StageAsync(block);
            BlockPanels panels = await pool.RunAsync(
                () => BlockPanels.Of(tokens, layout.Counts[block], shape.Stages[stage], shape.Stages[0], degree, kernel), cancellationToken);
            return (panels, (long)panels.Packed.Length * sizeof(float));
        });
    }

    /// <summary>Forgets a job.</summary>
    public void Forget(string job)
    {
        _kernels.Remove(key => key.Job == job);
        _panels.Remove(key => key.Job == job);
    }
}
