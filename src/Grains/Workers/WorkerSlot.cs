using MuSc.Engine.Tiles;
using MuSc.Grains.Jobs;

namespace MuSc.Grains.Workers;

/// <summary>
/// One worker: takes a few tiles at a time from the active jobs in turn, so that jobs share it fairly, does them, renews its
/// leases while it is at it, and reports what it has done when it asks for more.
/// </summary>
internal sealed partial class WorkerSlot(
    string name, IGrainFactory grains, TileWorker tiles, WakeUp wake, RetryPolicy reports, TimeProvider time, ILogger logger)
{
    private const int MostAtOnce = 4;
    private const int MostDoublings = 6;

    // Tiles are taken for about as long, so that other jobs have their turn and nobody waits for the last of a pass.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    // Whoever has tiles wakes those who asked for some; this is for what got lost, and for coordinators that are to be brought back.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(4);

    private readonly Dictionary<string, Acquaintance> _known = [];

    /// <summary>Works until it is drained: then it finishes the tile it is at, hands back the others, and ends.</summary>
    public Task RunAsync(CancellationToken drain) => Task.Run(() => LoopAsync(drain), CancellationToken.None);

    private async Task LoopAsync(CancellationToken drain)
    {
        while (!drain.IsCancellationRequested)
        {
            bool worked = false;
            Task woken = wake.Next;
            try
            {
                IReadOnlyList<string> jobs = await grains.GetGrain<IJobRegisterGrain>(GrainKeys.Index).ActiveAsync();
                foreach (string gone in _known.Keys.Except(jobs).ToList())
                {
                    _known.Remove(gone);
                    tiles.Forget(gone);
                }

                foreach (string job in jobs)
                {
                    worked |= !drain.IsCancellationRequested && await InTurnAsync(job, drain);
                }
            }
            catch (Exception error)
            {
                // The index does not answer; it will.
                Log.NoJobs(logger, name, error.Message);
            }

            if (!worked)
            {
                await woken.WaitAsync(Idle, time, drain).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // A job that fails holds up no other: it is left alone for a while, longer each time.
    private async Task<bool> InTurnAsync(string job, CancellationToken drain)
    {
        if (!_known.TryGetValue(job, out Acquaintance? known))
        {
            _known.Add(job, known = new());
        }

        if (time.GetUtcNow() < known.Rest)
        {
            return false;
        }

        try
        {
            bool worked = await WorkAsync(job, known, drain);
            known.Failures = 0;
            return worked;
        }
        catch (Exception error)
        {
            // Whatever it was, another worker or another moment may fare better; the lease runs out by itself.
            Log.Failed(logger, name, job, error.Message);
            known.Rest = time.GetUtcNow() + (FirstRest * Math.Pow(2, Math.Min(known.Failures++, MostDoublings)));
            return false;
        }
    }

    private async Task<bool> WorkAsync(string job, Acquaintance known, CancellationToken drain)
    {
        IJobCoordinatorGrain coordinator = grains.GetGrain<IJobCoordinatorGrain>(job);
        WorkReply reply = await coordinator.TakeAsync(new(name, known.View?.Layout.Generation ?? 0, [], [], tiles.Held(job), known.AtOnce));
        if (reply.Ended || reply.Tiles.Length == 0)
        {
            return false;
        }

        if (known.View?.Layout.Generation != reply.Generation)
        {
            if (await coordinator.DescribeAsync() is not { Shape: not null } layout || layout.Generation != reply.Generation)
            {
                return false;
            }

            known.View = new(job, layout, layout.ToPlan());
        }

        long began = time.GetTimestamp();
        await RunAsync(coordinator, job, known, reply.Tiles, drain);
        known.AtOnce = (int)Math.Clamp(Turn / (time.GetElapsedTime(began) / reply.Tiles.Length), 1, MostAtOnce);
        return true;
    }

    private async Task RunAsync(IJobCoordinatorGrain coordinator, string job, Acquaintance known, Tile[] leased, CancellationToken drain)
    {
        JobView view = known.View!;
        TileDoneMessage[] done = [];
        TileFailedMessage? failed = null;
        using CancellationTokenSource end = new();
        using CancellationTokenSource unwanted = new();
        Task renewal = RenewAsync(end.Token);
        try
        {
            foreach (Tile tile in leased)
            {
                if (drain.IsCancellationRequested)
                {
                    break;
                }

                try
                {
                    done = [.. done, await tiles.RunAsync(view, tile, unwanted.Token)];
                }
                catch (Exception error) when (error is not (StaleLayoutException or OperationCanceledException) && !Transient.Is(error))
                {
                    failed = new(tile, error.Message);
                    throw;
                }
            }
        }
        catch (Exception error) when (error is StaleLayoutException || (error is OperationCanceledException && unwanted.IsCancellationRequested))
        {
            known.View = null;
        }
        finally
        {
            await end.CancelAsync();
            await renewal;
            await reports.RunAsync(() => ReportAsync(done, []), CancellationToken.None);
        }

        Task<WorkReply> ReportAsync(TileDoneMessage[] finished, Tile[] working) =>
            coordinator.TakeAsync(new(name, view.Layout.Generation, finished, working, tiles.Held(job), 0, failed));

        // Tiles are done in the order in which they were leased.
        async Task RenewAsync(CancellationToken ended)
        {
            while (await PauseAsync(Renewal, ended))
            {
                try
                {
                    TileDoneMessage[] finished = done;
                    WorkReply reply = await ReportAsync(finished, leased[finished.Length..]);
                    if (reply.Ended || reply.Generation != view.Layout.Generation)
                    {
                        await unwanted.CancelAsync();
                    }
                }
                catch (Exception error) when (Transient.Is(error))
                {
                    Log.NotRenewed(logger, name, error.Message);
                }
            }
        }
    }

    /// <returns>Whether the pause was not cut short.</returns>
    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken end)
    {
        await Task.Delay(pause, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !end.IsCancellationRequested;
    }

    // What this worker knows of a job.
    private sealed class Acquaintance
    {
        public JobView? View { get; set; }

        /// <summary>Tiles to ask for.</summary>
        public int AtOnce { get; set; } = 1;

        /// <summary>Failures in a row.</summary>
        public int Failures { get; set; }

        /// <summary>Until when it is left alone.</summary>
        public DateTimeOffset Rest { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 310, Level = LogLevel.Warning, Message = "{Worker}: job {Job} is left alone for a while: {Error}")]
        public static partial void Failed(ILogger logger, string worker, string job, string error);

        [LoggerMessage(EventId = 312, Level = LogLevel.Warning, Message = "{Worker} does not know which jobs there are: {Error}")]
        public static partial void NoJobs(ILogger logger, string worker, string error);

        [LoggerMessage(EventId = 311, Level = LogLevel.Warning, Message = "{Worker}: its leases were not renewed: {Error}")]
        public static partial void NotRenewed(ILogger logger, string worker, string error);
    }
}
