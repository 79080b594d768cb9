using Microsoft.Extensions.Logging;
using MuSc.Engine.Ledger;
using MuSc.Features;
using MuSc.Grains.Compute;
using MuSc.Grains.Messages;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Grains.Workers;

/// <summary>Does one tile: fetches its blocks, runs the kernel, and delivers the minima until both owners have them.</summary>
public sealed class TileWorker(IGrainFactory grains, BlockFetcher fetcher, ComputePool pool, ClusterMetrics metrics, ILogger<TileWorker> logger)
{
    private const int Tries = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Does a tile.</summary>
    /// <exception cref="StaleLayoutException">The job's features have changed.</exception>
    /// <exception cref="TimeoutException">An extractor or owner did not answer.</exception>
    public async Task<TileDoneMessage> RunAsync(string job, JobLayoutMessage layout, TilePlan plan, TileMessage tile, CancellationToken cancellationToken)
    {
        StageShape shape = layout.Shape!.ToShape().Stages[0];
        SimdNearestPatchKernel kernel = new(shape.Channels);
        Task<BlockPanels> fetchRows = fetcher.GetAsync(job, layout, tile.Row, tile.Map, kernel, cancellationToken);
        Task<BlockPanels> fetchColumns = tile.Row == tile.Column ? fetchRows : fetcher.GetAsync(job, layout, tile.Column, tile.Map, kernel, cancellationToken);
        await Task.WhenAll(fetchRows, fetchColumns);
        (BlockPanels rows, BlockPanels columns) = (await fetchRows, await fetchColumns);
        (float[] ofRows, float[] ofColumns) = await pool.RunAsync(() => BlockPanels.MaxDots(rows, columns, shape.Patches, kernel), cancellationToken);
        metrics.KernelFlops.Add(2.0 * rows.Images * columns.Images * shape.Patches * shape.Patches * shape.Channels);

        Task<long> row = DeliverAsync(job, layout, plan, tile.Map, tile.Row, tile.Column, ofRows, cancellationToken);
        Task<long> column = tile.Row == tile.Column ? row : DeliverAsync(job, layout, plan, tile.Map, tile.Column, tile.Row, ofColumns, cancellationToken);
        await Task.WhenAll(row, column);
        metrics.TilesDone.Add(1);
        logger.LogInformation("Job {Job} tile {Map}/{Row}/{Column} done", job, tile.Map, tile.Row, tile.Column);
        return new(tile, await row, await column);
    }

    // Owners drop what they have already, so a delivery whose answer was lost is simply sent again.
    private async Task<long> DeliverAsync(
        string job, JobLayoutMessage layout, TilePlan plan, int map, int block, int partner, float[] dots, CancellationToken cancellationToken)
    {
        if (plan.Blocks[block].Reference)
        {
            return 0;
        }

        IIntervalAverageGrain owner = grains.GetGrain<IIntervalAverageGrain>(GrainKeys.Block(job, layout.Generation, block));
        DeliveryMessage delivery = DeliveryMessage.Of(map, partner, dots);
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await owner.DeliverAsync(delivery);
            }
            catch (Exception error) when (tries < Tries && Transient.Is(error))
            {
                logger.LogWarning("Job {Job} block {Block} map {Map}: delivery {Try} failed: {Error}", job, block, map, tries, error.Message);
                await Task.Delay(Pause * tries, cancellationToken);
            }
        }
    }
}
