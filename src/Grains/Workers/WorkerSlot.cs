using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MuSc.Grains.Messages;

namespace MuSc.Grains.Workers;

/// <summary>
/// One worker: takes a few tiles at a time from the active jobs in turn, so that jobs share it fairly, does them, renews its
/// leases while it is at it, and tells what it has done when it asks for more.
/// </summary>
public sealed class WorkerSlot(string name, IGrainFactory grains, TileWorker tiles, ILogger logger) : IDisposable
{
    private const int TilesAtOnce = 4;
    private const int Tries = 5;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(4);

    private readonly Dictionary<string, JobView> _views = [];
    private readonly CancellationTokenSource _drain = new();
    private long _done;
    private Task _loop = Task.CompletedTask;

    /// <summary>Tiles done.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>Whether it takes no more.</summary>
    public bool Draining => _drain.IsCancellationRequested;

    /// <summary>Begins.</summary>
    public void Start() => _loop = Task.Run(LoopAsync);

    /// <summary>Finishes the tile it is at, hands back the others, and ends.</summary>
    public async Task DrainAsync()
    {
        await _drain.CancelAsync();
        await _loop;
    }

    /// <inheritdoc/>
    public void Dispose() => _drain.Dispose();

    private async Task LoopAsync()
    {
        while (!Draining)
        {
            bool worked = false;
            try
            {
                IReadOnlyList<string> jobs = await grains.GetGrain<IJobIndexGrain>(GrainKeys.Index).ActiveAsync();
                foreach (string gone in _views.Keys.Except(jobs).ToList())
                {
                    _views.Remove(gone);
                    tiles.Forget(gone);
                }

                foreach (string job in jobs)
                {
                    worked |= !Draining && await WorkAsync(job);
                }
            }
            catch (Exception error)
            {
                // Whatever it was, another worker or another moment may fare better; the lease runs out by itself.
                logger.LogWarning("{Worker}: {Error}", name, error.Message);
            }

            if (!worked && !Draining)
            {
                await Task.WhenAny(Task.Delay(Idle, _drain.Token));
            }
        }
    }

    private async Task<bool> WorkAsync(string job)
    {
        IJobCoordinatorGrain coordinator = grains.GetGrain<IJobCoordinatorGrain>(job);
        int generation = _views.TryGetValue(job, out JobView? known) ? known.Layout.Generation : 0;
        WorkReply reply = await coordinator.TakeAsync(new(name, generation, [], [], tiles.Held(job), TilesAtOnce));
        if (reply.Ended || reply.Tiles.Length == 0)
        {
            return false;
        }

        if (known is null || known.Layout.Generation != reply.Generation)
        {
            if (await coordinator.DescribeAsync() is not { Shape: not null } layout || layout.Generation != reply.Generation)
            {
                return false;
            }

            known = _views[job] = new(layout, layout.ToPlan());
        }

        await RunAsync(coordinator, job, known, reply.Tiles);
        return true;
    }

    private async Task RunAsync(IJobCoordinatorGrain coordinator, string job, JobView view, TileMessage[] leased)
    {
        ConcurrentQueue<TileDoneMessage> done = [];
        HashSet<TileMessage> open = [.. leased];
        using CancellationTokenSource end = new();
        Task renewal = RenewAsync();
        try
        {
            foreach (TileMessage tile in leased)
            {
                if (Draining)
                {
                    break;
                }

                TileDoneMessage finished = await tiles.RunAsync(job, view.Layout, view.Plan, tile, CancellationToken.None);
                Interlocked.Increment(ref _done);
                done.Enqueue(finished);
                lock (open)
                {
                    open.Remove(tile);
                }
            }
        }
        catch (StaleLayoutException)
        {
            _views.Remove(job);
        }
        finally
        {
            await end.CancelAsync();
            await renewal;
            await FinishAsync();
        }

        // What was done is worth a few tries; after that the owners tell the coordinator when it asks them.
        async Task FinishAsync()
        {
            for (int tries = 1; ; tries++)
            {
                try
                {
                    await TellAsync([]);
                    return;
                }
                catch (Exception error) when (tries < Tries && Transient.Is(error))
                {
                    await Task.Delay(Idle);
                }
            }
        }

        async Task TellAsync(TileMessage[] working) =>
            await coordinator.TakeAsync(new(name, view.Layout.Generation, [.. done], working, tiles.Held(job), 0));

        async Task RenewAsync()
        {
            while (!end.IsCancellationRequested)
            {
                await Task.WhenAny(Task.Delay(Renewal, end.Token));
                try
                {
                    TileMessage[] working;
                    lock (open)
                    {
                        working = [.. open];
                    }

                    if (!end.IsCancellationRequested)
                    {
                        await TellAsync(working);
                    }
                }
                catch (Exception error) when (Transient.Is(error))
                {
                    logger.LogWarning("{Worker}: renewal failed: {Error}", name, error.Message);
                }
            }
        }
    }
}
