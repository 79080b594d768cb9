using Microsoft.Extensions.Logging;
using MuSc.Engine.Ledger;
using MuSc.Features;
using MuSc.Grains.Compute;
using MuSc.Grains.Messages;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Grains.Workers;

/// <summary>Does one tile: fetches its blocks, runs the kernel, and delivers the minima until both owners have them.</summary>
public sealed class TileWorker(
    IGrainFactory grains, BlockFetcher fetcher, PanelCache panels, FloorCache floors, ComputePool pool, ClusterMetrics metrics, ILogger<TileWorker> logger)
{
    private const int Tries = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>The blocks of a job that are here, wholly or in part.</summary>
    public int[] Held(string job) => fetcher.Held(job);

    /// <summary>Forgets a job.</summary>
    public void Forget(string job)
    {
        fetcher.Forget(job);
        panels.Forget(job);
        floors.Forget(job);
    }

    /// <summary>Does a tile.</summary>
    /// <exception cref="StaleLayoutException">The job's features have changed.</exception>
    /// <exception cref="TimeoutException">An extractor or owner did not answer.</exception>
    public async Task<TileDoneMessage> RunAsync(string job, JobLayoutMessage layout, TilePlan plan, TileMessage tile, CancellationToken cancellationToken)
    {
        StageShape shape = layout.Shape!.ToShape().Stages[0];
        (INearestPatchKernel kernel, BlockPanels rows, BlockPanels columns) = await panels.GetAsync(job, layout, tile, cancellationToken);
        (int rowKnown, float[] rowFloors) = Floors(tile.Row);
        (int columnKnown, float[] columnFloors) = Floors(tile.Column);
        (float[] ofRows, float[] ofColumns) = await pool.RunAsync(
            () => BlockPanels.MaxDots(rows, columns, shape.Patches, kernel, rowFloors, columnFloors), cancellationToken);
        metrics.KernelFlops.Add(2.0 * rows.Images * columns.Images * shape.Patches * shape.Patches * shape.Channels);

        Task<long> row = DeliverAsync(tile.Row, DeliveryMessage.Of(tile.Map, tile.Column, ofRows, rowKnown));
        Task<long> column = tile.Row == tile.Column ? row : DeliverAsync(tile.Column, DeliveryMessage.Of(tile.Map, tile.Row, ofColumns, columnKnown));
        await Task.WhenAll(row, column);
        metrics.TilesDone.Add(1);
        logger.LogInformation("Job {Job} tile {Map}/{Row}/{Column} done", job, tile.Map, tile.Row, tile.Column);
        return new(tile, await row, await column);

        // References are not scored: nothing of theirs matters.
        (int Known, float[] Floors) Floors(int block)
        {
            if (plan.Blocks[block].Reference)
            {
                float[] all = new float[plan.Blocks[block].Count * shape.Patches];
                Array.Fill(all, float.PositiveInfinity);
                return (0, all);
            }

            return floors.Get(job, layout.Generation, tile.Map, block) is { } known ? (known.Scorers, known.ToSingle()) : (0, []);
        }

        async Task<long> DeliverAsync(int block, DeliveryMessage delivery)
        {
            if (plan.Blocks[block].Reference)
            {
                return 0;
            }

            DeliveredMessage answer = await SendAsync(job, layout.Generation, block, delivery, cancellationToken);
            metrics.BytesDelivered.Add(delivery.Bytes);
            metrics.FloorBytes.Add(answer.Floors.Length);
            if (answer.ToFloors() is { } told)
            {
                floors.Add(job, layout.Generation, tile.Map, block, told);
            }

            return answer.Epoch;
        }
    }

    // Owners drop what they have already, so a delivery whose answer was lost is simply sent again.
    private async Task<DeliveredMessage> SendAsync(string job, int generation, int block, DeliveryMessage delivery, CancellationToken cancellationToken)
    {
        IIntervalAverageGrain owner = grains.GetGrain<IIntervalAverageGrain>(GrainKeys.Block(job, generation, block));
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await owner.DeliverAsync(delivery);
            }
            catch (Exception error) when (tries < Tries && Transient.Is(error))
            {
                logger.LogWarning("Job {Job} block {Block} map {Map}: delivery {Try} failed: {Error}", job, block, delivery.Map, tries, error.Message);
                await Task.Delay(Pause * tries, cancellationToken);
            }
        }
    }
}
