using MuSc.Engine.Tiles;
using MuSc.Grains.Jobs;

namespace MuSc.Grains.Workers;

/// <summary>
/// One worker: takes a few tiles at a time from the active jobs in turn, so that jobs share it fairly, does them, renews its
/// leases while it is at it, and reports what it has done when it asks for more.
/// </summary>
internal sealed partial class WorkerSlot(string name, IGrainFactory grains, TileWorker tiles, RetryPolicy reports, TimeProvider time, ILogger logger)
{
    private const int TilesAtOnce = 4;
    private const int MostDoublings = 6;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(4);

    private readonly Dictionary<string, JobView> _views = [];
    private readonly Dictionary<string, (int Failures, DateTimeOffset Until)> _rests = [];

    /// <summary>Works until it is drained: then it finishes the tile it is at, hands back the others, and ends.</summary>
    public Task RunAsync(CancellationToken drain) => Task.Run(() => LoopAsync(drain), CancellationToken.None);

    private async Task LoopAsync(CancellationToken drain)
    {
        while (!drain.IsCancellationRequested)
        {
            bool worked = false;
            try
            {
                IReadOnlyList<string> jobs = await grains.GetGrain<IJobRegisterGrain>(GrainKeys.Index).ActiveAsync();
                foreach (string gone in _views.Keys.Union(_rests.Keys).Except(jobs).ToList())
                {
                    _views.Remove(gone);
                    _rests.Remove(gone);
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
                await PauseAsync(Idle, drain);
            }
        }
    }

    // A job that fails holds up no other: it is left alone for a while, longer each time.
    private async Task<bool> InTurnAsync(string job, CancellationToken drain)
    {
        (int failures, DateTimeOffset until) = _rests.GetValueOrDefault(job);
        if (time.GetUtcNow() < until)
        {
            return false;
        }

        try
        {
            bool worked = await WorkAsync(job, drain);
            _rests.Remove(job);
            return worked;
        }
        catch (Exception error)
        {
            // Whatever it was, another worker or another moment may fare better; the lease runs out by itself.
            Log.Failed(logger, name, job, error.Message);
            TimeSpan rest = Idle * Math.Pow(2, Math.Min(failures, MostDoublings));
            _rests[job] = (failures + 1, time.GetUtcNow() + rest);
            return false;
        }
    }

    private async Task<bool> WorkAsync(string job, CancellationToken drain)
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

            known = _views[job] = new(job, layout, layout.ToPlan());
        }

        await RunAsync(coordinator, job, known, reply.Tiles, drain);
        return true;
    }

    private async Task RunAsync(IJobCoordinatorGrain coordinator, string job, JobView view, Tile[] leased, CancellationToken drain)
    {
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
            _views.Remove(job);
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
