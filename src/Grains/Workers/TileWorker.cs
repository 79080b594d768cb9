using System.Collections.Concurrent;
using System.Diagnostics;
using MuSc.Engine.Tiles;
using MuSc.Features.Backbones;
using MuSc.Grains.Compute;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Grains.Workers;

/// <summary>Does one tile: fetches its blocks, runs the kernel, and delivers the minima until the owners have them.</summary>
public sealed partial class TileWorker(
    IGrainFactory grains, BlockFetcher fetcher, PanelCache panels, FloorCache floors, ComputePool pool, ClusterCalls calls, ClusterMetrics metrics,
    ILogger<TileWorker> logger) : IDisposable
{
    private readonly ConcurrentBag<TileBuffers> _buffers = [];

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
    public async Task<TileDoneMessage> RunAsync(JobView view, Tile tile, CancellationToken cancellationToken)
    {
        (string job, int generation, TilePlan plan) = (view.Job, view.Layout.Generation, view.Plan);
        using Activity? span = ClusterTraces.Begin("tile", job, view.Layout.Trace)?.SetTag("musc.tile", tile.ToString());
        StageShape shape = view.Layout.Shape!.ToShape().Stages[0];
        using TilePanels blocks = await panels.GetAsync(view, tile, cancellationToken);
        (DeliveryMessage? forRow, DeliveryMessage? forColumn) = await pool.RunAsync(Lane.Work, job, Compute, cancellationToken);
        metrics.KernelFlops.Add(2.0 * plan.Pairs(tile) * shape.Patches * shape.Patches * shape.Channels);

        Task<long> row = DeliverAsync(tile.Row, forRow);
        Task<long> column = tile.IsDiagonal ? row : DeliverAsync(tile.Column, forColumn);
        await Task.WhenAll(row, column);
        metrics.TilesDone.Add(1);
        Log.Done(logger, job, tile.Pass, tile.Row, tile.Column);
        return new(tile, await row, await column);

        (DeliveryMessage? Row, DeliveryMessage? Column) Compute()
        {
            (int rowKnown, ImageFloats rowFloors) = Floors(tile.Row);
            (int columnKnown, ImageFloats columnFloors) = Floors(tile.Column);
            (int n, int m) = (plan.Blocks[tile.Row].Count, plan.Blocks[tile.Column].Count);
            TileBuffers buffers = Borrow(n * m, shape.Patches);
            try
            {
                buffers.Compute(
                    blocks.Rows.Kernel, new(tile.Row, n, image => blocks.Rows[image], rowFloors), new(tile.Column, m, image => blocks.Columns[image], columnFloors),
                    tile.IsDiagonal, null, cancellationToken);
                return (
                    plan.Takes(tile.Pass, tile.Row) ? Pack(buffers, tile.Column, buffers.Rows(n, m), n, rowFloors, rowKnown) : null,
                    !tile.IsDiagonal && plan.Takes(tile.Pass, tile.Column)
                        ? Pack(buffers, tile.Row, buffers.Columns(n, m), m, columnFloors, columnKnown) : null);
            }
            finally
            {
                _buffers.Add(buffers);
            }
        }

        DeliveryMessage Pack(TileBuffers buffers, int partner, Span<float> dots, int images, ImageFloats imageFloors, int known)
        {
            (int words, int values) = SparseDots.Pack(dots, images, shape.Patches, imageFloors, buffers.Present);
            return new DeliveryMessage(
                tile.Pass, partner, Payload.Of(MemoryMarshal.AsBytes(buffers.Present[..words])), Payload.Of(MemoryMarshal.AsBytes(dots[..values])), known).Guard();
        }

        // Nothing matters of a block that takes no minima in this pass.
        (int Known, ImageFloats Floors) Floors(int block)
        {
            if (!plan.Takes(tile.Pass, block))
            {
                return (0, TileSide.Nothing(shape.Patches));
            }

            (int known, float[] values) = floors.Get(job, generation, tile.Pass, block);
            return (known, image => known == 0 ? [] : values.AsSpan(image * shape.Patches, shape.Patches));
        }

        async Task<long> DeliverAsync(int block, DeliveryMessage? delivery)
        {
            if (delivery is null)
            {
                return 0;
            }

            // Owners drop what they have already, so a delivery whose answer was lost is simply sent again.
            IIntervalAverageGrain owner = grains.GetGrain<IIntervalAverageGrain>(GrainKeys.Block(job, generation, block));
            DeliveredMessage answer = await calls.Delivery.RunAsync(() => owner.DeliverAsync(delivery), cancellationToken);
            metrics.BytesDelivered.Add(delivery.Bytes);
            metrics.FloorBytes.Add(answer.Floors.Length);
            if (answer.ToFloors() is { } sent)
            {
                floors.Add(job, generation, tile.Pass, block, sent);
            }

            return answer.Epoch;
        }
    }

    public void Dispose()
    {
        while (_buffers.TryTake(out TileBuffers? buffers))
        {
            buffers.Dispose();
        }
    }

    // At most one for each thread that computes; those of smaller tiles make room for larger ones.
    private TileBuffers Borrow(int pairs, int patches)
    {
        while (_buffers.TryTake(out TileBuffers? buffers))
        {
            if (buffers.Patches == patches && buffers.Pairs >= pairs)
            {
                return buffers;
            }

            buffers.Dispose();
        }

        return new(pairs, patches);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 320, Level = LogLevel.Debug, Message = "Job {Job} tile {Pass}/{Row}/{Column} done")]
        public static partial void Done(ILogger logger, string job, int pass, int row, int column);
    }
}

/// <summary>The job's features have changed since its layout was asked for; ask again.</summary>
public sealed class StaleLayoutException() : Exception("The job's features have changed since its layout was asked for.");
