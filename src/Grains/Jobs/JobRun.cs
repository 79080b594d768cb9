using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using MuSc.Engine.Tiles;
using MuSc.Grains.Compute;
using MuSc.Grains.Workers;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace MuSc.Grains.Jobs;

/// <summary>
/// A job from the coordinator's side, phase by phase. Everything here runs on the grain's scheduler, one piece at a time, and only
/// the loop ends the job: whoever else wants its end leaves a verdict and interrupts the steps.
/// </summary>
internal sealed partial class JobRun(JobData job, JobServices services, JobRelease release, Action deactivate) : IDisposable
{
    private const int MostGenerations = 3;

    private readonly JobSteps _steps = new(job, services);
    private readonly Attempts<int> _blocks = new(services.Time);
    private readonly Attempts<Tile> _tiles = new(services.Time);
    private readonly StallWatch _watch = new(job, services);
    private readonly CancellationTokenSource _leave = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _attempt;
    private Verdict? _verdict;
    private Task _loop = Task.CompletedTask;

    /// <summary>Begins, or finds that the job has ended.</summary>
    public void Start() => _loop = LoopAsync();

    /// <summary>Ends the job unless it has ended.</summary>
    /// <returns>Ends when that is stored.</returns>
    /// <exception cref="OrleansException">The activation has gone before that; ask again.</exception>
    public async Task CancelAsync(CancellationToken cancellationToken)
    {
        Decide(new(JobState.Cancelled, null));
        await _ended.Task.WaitAsync(cancellationToken);
        if (!job.HasEnded)
        {
            throw new OrleansException($"The coordinator of job {job.Id} has moved.");
        }
    }

    /// <summary>Lets the job fail.</summary>
    public void Fail(JobErrorKind kind, string message) => Decide(Failed(kind, message));

    /// <summary>The activation goes; another will go on.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await _leave.CancelAsync();
        try
        {
            await Task.WhenAll(_loop, release.LeaveAsync()).WaitAsync(cancellationToken);
        }
        finally
        {
            await job.SaveAsync();
        }
    }

    /// <summary>Takes in what a worker has done and gives it more.</summary>
    public WorkReply Take(WorkRequest request)
    {
        release.Free();
        foreach (TileDoneMessage done in request.Done)
        {
            _tiles.Done(done.Tile);
        }

        if (request.Failed is { } failed && request.Generation == job.Progress.Generation)
        {
            services.Metrics.CountFailure("tile");
            if (_tiles.Fail(failed.Tile))
            {
                Fail(JobErrorKind.Resource, $"Tile {failed.Tile} failed {Attempts<Tile>.Most} times. The last failure: {failed.Error}");
            }
        }

        return _steps.Take(request);
    }

    /// <summary>An owner has stored a block.</summary>
    public void Stored(int generation, int block) => _steps.Stored(generation, block);

    /// <summary>
    /// Takes in an extractor's answer. Features that come out with other bits than before void all that was made of the old
    /// ones: everything begins again in the next generation.
    /// </summary>
    public void Accept(ExtractionMessage extraction)
    {
        ProgressRecord known = job.Progress;
        if (job.HasEnded || extraction.Generation != known.Generation || extraction.Block >= known.Hashes.Length)
        {
            return;
        }

        if (extraction is { RefusedBy: { } silo, Profile.Length: > 0 })
        {
            Log.Refused(services.Logger, job.Id, extraction.Block, silo, extraction.Profile);
            _steps.Refused(silo);
            return;
        }

        known.Profile ??= extraction.Error is null ? extraction.Profile : null;
        if (extraction.Error is { } error)
        {
            Log.Failed(services.Logger, job.Id, extraction.Block, error);
            services.Metrics.CountFailure("block");
            _steps.Failed(extraction);
            if (extraction.ErrorKind is { } kind)
            {
                Fail(kind, error);
            }
            else if (_blocks.Fail(extraction.Block))
            {
                Fail(JobErrorKind.Resource, $"Block {extraction.Block} could not be extracted {Attempts<int>.Most} times. The last failure: {error}");
            }
        }
        else if (extraction.Profile != known.Profile)
        {
            // It was asked before the profile was settled: it is put back, and extracted again elsewhere.
            Log.OtherProfile(services.Logger, job.Id, extraction.Block, extraction.Profile, known.Profile!);
        }
        else if (known.Hashes[extraction.Block] is { } before && before != extraction.Hash)
        {
            Log.OtherBits(services.Logger, job.Id, extraction.Block);
            job.BeginGeneration();
            _attempt?.Cancel();
        }
        else
        {
            _blocks.Done(extraction.Block);
            known.Shape ??= extraction.Shape;
            known.Hashes[extraction.Block] = extraction.Hash;
            job.Changed();
            job.Events.Add(JobPhase.Extract, known.Hashes.Count(hash => hash is not null), known.Hashes.Length, JobState.Running);
            _steps.Wake();
        }
    }

    public void Dispose() => _leave.Dispose();

    private static Verdict Failed(JobErrorKind kind, string message, Exception? inner = null) =>
        new(JobState.Failed, new(kind, message, inner));

    private void Decide(Verdict verdict)
    {
        _verdict ??= verdict;
        _attempt?.Cancel();
    }

    private async Task LoopAsync()
    {
        bool begun = !job.HasEnded;
        if (begun)
        {
            job.Begin();
        }
        else
        {
            job.Events.Add(JobPhase.Write, 1, 1, job.Status.State);
        }

        while (!job.HasEnded && !_leave.IsCancellationRequested)
        {
            try
            {
                if (_verdict is null)
                {
                    Verdict? outcome = await AttemptAsync();
                    _verdict ??= outcome;
                }

                if (_verdict is { } verdict)
                {
                    await services.Calls.Job.RunAsync(() => job.EndAsync(verdict.State, verdict.Error), _leave.Token);
                }
            }
            catch (NotCoordinatorException error)
            {
                Log.Replaced(services.Logger, error.Message);
                await _leave.CancelAsync();
                deactivate();
            }
            catch (OperationCanceledException) when (_leave.IsCancellationRequested)
            {
            }
            catch (Exception error)
            {
                Log.NotEnded(services.Logger, error, job.Id);
            }
        }

        _ended.TrySetResult();
        if (begun)
        {
            release.Free();
        }
    }

    // Null where the steps were interrupted: the loop then looks at what is to be done.
    private async Task<Verdict?> AttemptAsync()
    {
        using CancellationTokenSource attempt = CancellationTokenSource.CreateLinkedTokenSource(_leave.Token);
        _attempt = attempt;
        Task watch = _watch.RunAsync(stalled => Fail(JobErrorKind.Resource, stalled), attempt.Token);
        using Activity? span = job.BeginTrace();
        try
        {
            await services.Calls.Job.RunAsync(() => StepsAsync(attempt.Token), attempt.Token);
            return new(JobState.Done, null);
        }
        catch (OperationCanceledException) when (attempt.IsCancellationRequested)
        {
            return job.Progress.Generation > MostGenerations
                ? Failed(JobErrorKind.Resource, "The features came out differently each time they were extracted again: the silos do not compute alike.")
                : null;
        }
        catch (JobException error)
        {
            return new(JobState.Failed, error);
        }
        catch (Exception error) when (error is not NotCoordinatorException)
        {
            return Failed(JobErrorKind.Resource, error.Message, error);
        }
        finally
        {
            _attempt = null;
            await attempt.CancelAsync();
            await watch;
        }
    }

    private async Task StepsAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A submission may have been stored without the index hearing of it.
            await services.Index.BeginAsync(job.Status with { Progress = null });
            await _steps.RunAsync(Accept, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Stumbled(services.Logger, error, job.Id);
            throw;
        }
    }

    private sealed record Verdict(JobState State, JobException? Error);

    private static partial class Log
    {
        [LoggerMessage(EventId = 120, Level = LogLevel.Warning, Message = "Job {Job} block {Block} came out with other bits; everything begins again")]
        public static partial void OtherBits(ILogger logger, string job, int block);

        [LoggerMessage(EventId = 125, Level = LogLevel.Warning, Message = "Job {Job} block {Block} could not be extracted: {Error}")]
        public static partial void Failed(ILogger logger, string job, int block, string error);

        [LoggerMessage(EventId = 126, Level = LogLevel.Information, Message = "Job {Job} block {Block}: silo {Silo} computes as '{Profile}' and is left alone for a while")]
        public static partial void Refused(ILogger logger, string job, int block, string silo, string profile);

        [LoggerMessage(EventId = 127, Level = LogLevel.Warning, Message = "Job {Job} block {Block} was extracted as '{Profile}' and is put back: the job's profile is '{Wanted}'")]
        public static partial void OtherProfile(ILogger logger, string job, int block, string profile, string wanted);

        [LoggerMessage(EventId = 121, Level = LogLevel.Warning, Message = "Job {Job} was held up")]
        public static partial void Stumbled(ILogger logger, Exception error, string job);

        [LoggerMessage(EventId = 122, Level = LogLevel.Information, Message = "{Reason}")]
        public static partial void Replaced(ILogger logger, string reason);

        [LoggerMessage(EventId = 123, Level = LogLevel.Warning, Message = "Job {Job}: its end was not stored")]
        public static partial void NotEnded(ILogger logger, Exception error, string job);
    }
}

/// <summary>What a coordinator works with.</summary>
public sealed record JobServices(
    IGrainFactory Grains, ClusterCalls Calls, ComputePool Pool, MuScOptions Options, ClusterMetrics Metrics, TimeProvider Time,
    ILocalSiloDetails Silo, ISiloMetadataCache Metadata, ISiloStatusOracle Statuses, WorkerServices Workers, IHostApplicationLifetime Lifetime,
    ILogger<JobGrain> Logger)
{
    /// <summary>All jobs of the cluster.</summary>
    public IJobRegisterGrain Index => Grains.GetGrain<IJobRegisterGrain>(GrainKeys.Index);
}
