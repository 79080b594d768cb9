using Microsoft.Extensions.Logging;
using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Grains.Messages;
using MuSc.Grains.Storage;
using Orleans.Storage;

namespace MuSc.Grains.Jobs;

/// <summary>
/// A job from the coordinator's side, phase by phase. Everything here runs on the grain's scheduler, one piece at a time. What
/// is stored is enough to go on in another activation; what is not stored is asked of extractors and owners again.
/// </summary>
internal sealed class JobRun : IDisposable
{
    private const int MostGenerations = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly string _job;
    private readonly IPersistentState<JobRecord> _record;
    private readonly IPersistentState<ProgressRecord> _progress;
    private readonly JobServices _services;
    private readonly Action _deactivate;
    private readonly SemaphoreSlim _ending = new(1);
    private readonly ScoringJobSpec _spec;
    private CancellationTokenSource _attempt = new();
    private JobImages? _images;
    private ExtractStep? _extract;
    private ScoreStep? _score;
    private bool _dirty;
    private bool _left;

    public JobRun(
        string job, IPersistentState<JobRecord> record, IPersistentState<ProgressRecord> progress, JobServices services, Action deactivate)
    {
        (_job, _record, _progress, _services, _deactivate) = (job, record, progress, services, deactivate);
        _spec = record.State.Spec!.ToSpec(Folder.Results);
        Events = new(services.Time);
        if (HasEnded)
        {
            Events.Add(JobPhase.Write, 1, 1, record.State.State);
        }
        else
        {
            record.State.State = JobState.Running;
            services.Logger.LogInformation("Silo {Silo} coordinates job {Job}", services.Silo.SiloAddress.ToParsableString(), job);
            _ = LoopAsync();
        }
    }

    public JobEvents Events { get; }

    public bool HasEnded => Status.HasEnded;

    public JobStatusMessage Status => new(
        _job, _record.State.State, _record.State.Submitted, Events.Last, _record.State.Error, _record.State.ErrorKind);

    /// <summary>What owners and workers have to know; null before it is known and after the end.</summary>
    public JobLayoutMessage? Layout => _images is null || HasEnded ? null : new()
    {
        Generation = _progress.State.Generation,
        Settings = _record.State.Spec! with { Names = [], Paths = [], ReferenceNames = [], ReferencePaths = [] },
        Counts = [.. _images.Blocks.Select(block => block.Count)],
        Subsets = [.. _images.Blocks.Select(block => block.Subset)],
        FirstReference = _images.Blocks.TakeWhile(block => !block.Reference).Count(),
        Hashes = [.. _progress.State.Hashes],
        Shape = _progress.State.Shape,
    };

    private JobFolder Folder => new(_services.Options.ResultsRoot, _job);

    /// <summary>What an extractor needs for a block.</summary>
    public ExtractionRequest? Request(int generation, int block)
    {
        if (_images is null || HasEnded || generation != _progress.State.Generation || block < 0 || block >= _images.Blocks.Count)
        {
            return null;
        }

        ImageFile[] files = [.. _images.Files.Skip(_images.Blocks[block].First).Take(_images.Blocks[block].Count)];
        return new(
            [.. files.Select(file => file.Name)], [.. files.Select(file => file.Path)], _spec.Backbone, _spec.Size,
            _spec.Stages is null ? null : [.. _spec.Stages], _spec.Device, _spec.Batch, _spec.ApplyExif);
    }

    /// <summary>Takes in what a worker has done and gives it more.</summary>
    public WorkReply Take(WorkRequest request) =>
        HasEnded ? new(0, [], Ended: true) : _score?.Take(request) ?? new(_progress.State.Generation, [], Ended: false);

    /// <summary>An owner has stored a block.</summary>
    public void Stored(int generation, int block)
    {
        if (generation == _progress.State.Generation && !HasEnded && _progress.State.Stored.Add(block))
        {
            _dirty = true;
            _score?.Stored(block);
        }
    }

    /// <summary>
    /// Takes in an extractor's answer. Features that come out with other bits than before void all that was made of the old
    /// ones: everything begins anew in the next generation.
    /// </summary>
    public void Accept(ExtractionMessage extraction)
    {
        ProgressRecord state = _progress.State;
        if (HasEnded || extraction.Generation != state.Generation || extraction.Block >= state.Hashes.Length)
        {
            return;
        }

        if (extraction.Error is { } error)
        {
            _ = EndAsync(JobState.Failed, new JobException((JobErrorKind)extraction.ErrorKind, error));
            return;
        }

        _dirty = true;
        state.Profile ??= extraction.Profile;
        state.Shape ??= extraction.Shape;
        if (extraction.Profile != state.Profile)
        {
            _ = EndAsync(JobState.Failed, new JobException(
                JobErrorKind.Resource,
                $"The silos do not compute alike: block {extraction.Block} was extracted as '{extraction.Profile}', others as '{state.Profile}'. Let one kind of silo have the role extract."));
            return;
        }

        if (state.Hashes[extraction.Block] is { } before && before != extraction.Hash)
        {
            _services.Logger.LogWarning("Job {Job} block {Block} came out with other bits; everything begins anew", _job, extraction.Block);
            state.Generation++;
            state.Hashes = new string?[state.Hashes.Length];
            state.Stored.Clear();
            _attempt.Cancel();
            return;
        }

        state.Hashes[extraction.Block] = extraction.Hash;
        Events.Add(JobPhase.Extract, state.Hashes.Count(hash => hash is not null), state.Hashes.Length, JobState.Running);
        _extract?.Wake();
    }

    /// <summary>Ends the job, once.</summary>
    public async Task EndAsync(JobState state, JobException? error)
    {
        await _ending.WaitAsync();
        try
        {
            if (HasEnded || _left)
            {
                return;
            }

            (JobState previous, string? previousError, JobErrorKind? previousKind) = (_record.State.State, _record.State.Error, _record.State.ErrorKind);
            (_record.State.State, _record.State.Error, _record.State.ErrorKind) = (state, error?.Message, error?.Kind);
            try
            {
                await _record.WriteStateAsync();
            }
            catch
            {
                (_record.State.State, _record.State.Error, _record.State.ErrorKind) = (previous, previousError, previousKind);
                throw;
            }

            _services.Logger.LogInformation("Job {Job} ended: {State} {Error}", _job, state, error?.Message);
            JobEventMessage? last = Events.Last;
            Events.Add(last?.Phase ?? JobPhase.Check, last?.Done ?? 0, last?.Total ?? 0, state);
            await _attempt.CancelAsync();
        }
        finally
        {
            _ending.Release();
        }

        await CleanUpAsync();
    }

    /// <summary>The activation goes; another will go on.</summary>
    public async Task LeaveAsync()
    {
        _left = true;
        await _attempt.CancelAsync();
        await SaveAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _attempt.Dispose();
        _ending.Dispose();
    }

    private async Task LoopAsync()
    {
        DateTimeOffset? failing = null;
        while (!HasEnded && !_left)
        {
            _attempt = new();
            try
            {
                await StepsAsync(_attempt.Token);
                await EndAsync(JobState.Done, null);
            }
            catch (Exception error) when (error is OperationCanceledException && _attempt.IsCancellationRequested)
            {
                if (_progress.State.Generation > MostGenerations)
                {
                    await TryEndAsync(new JobException(JobErrorKind.Resource, "The features came out differently each time they were extracted again: the silos do not compute alike."));
                }
            }
            catch (InconsistentStateException)
            {
                // Another activation coordinates this job.
                _left = true;
                _deactivate();
            }
            catch (Exception error)
            {
                _services.Logger.LogWarning(error, "Job {Job} stumbled", _job);
                failing ??= _services.Time.GetUtcNow();
                if (error is JobException told)
                {
                    await TryEndAsync(told);
                }
                else if (!Transient.Is(error) || _services.Time.GetUtcNow() - failing > Patience)
                {
                    await TryEndAsync(new JobException(JobErrorKind.Resource, error.Message, error));
                }

                await Task.Delay(Pause, _services.Time);
            }
        }
    }

    // If the end cannot be stored now, the next turn of the loop comes to the same end.
    private async Task TryEndAsync(JobException error)
    {
        try
        {
            await EndAsync(JobState.Failed, error);
        }
        catch (Exception failure) when (Transient.Is(failure))
        {
            _services.Logger.LogWarning(failure, "Job {Job}: its end could not be stored", _job);
        }
    }

    private async Task StepsAsync(CancellationToken cancellationToken)
    {
        ProgressRecord state = _progress.State;
        int all = _spec.Images.Count + _spec.References.Count;
        if (state.Checks.Length != all)
        {
            int done = 0;
            Events.Add(JobPhase.Check, 0, all, JobState.Running);
            state.Checks = await CheckStep.RunAsync(
                _job, _spec, _services, count => Events.Add(JobPhase.Check, done += count, all, JobState.Running), cancellationToken);
            await FinishPhaseAsync(JobPhase.Check);
        }

        (BackboneInfo backbone, int size) = await _services.Pool.RunAsync(() => BackboneRun.Describe(_spec.Backbone, _spec.Size, _spec.Stages), cancellationToken);
        int grid = size / backbone.Patch;
        _images = JobImages.Of(_spec, state.Checks, grid * grid);
        if (state.Hashes.Length != _images.Blocks.Count)
        {
            state.Hashes = new string?[_images.Blocks.Count];
        }

        SiloPlaces places = await SiloPlaces.FindAsync(_services.Grains, _images.Blocks.Count);
        await ExtractAsync(state, places, cancellationToken);
        await ScoreAsync(state, places, cancellationToken);
        await WriteAsync(state, backbone, size, cancellationToken);
    }

    private async Task ExtractAsync(ProgressRecord state, SiloPlaces places, CancellationToken cancellationToken)
    {
        if (Array.TrueForAll(state.Hashes, hash => hash is not null))
        {
            return;
        }

        Events.Add(JobPhase.Extract, 0, state.Hashes.Length, JobState.Running);
        _extract = new(_job, state.Generation, _services, places);
        int generation = state.Generation;
        await _extract.RunAsync(state.Hashes, block => Request(generation, block)!, Accept, SaveAsync, cancellationToken);
        _extract = null;
        await FinishPhaseAsync(JobPhase.Extract);
    }

    private async Task ScoreAsync(ProgressRecord state, SiloPlaces places, CancellationToken cancellationToken)
    {
        _score = new(_job, Layout!, state.Stored, _services, places);
        Events.Add(JobPhase.Score, _score.Done, _score.Plan.Tiles, JobState.Running);
        try
        {
            await _score.RunAsync(
                () =>
                {
                    Events.Add(JobPhase.Score, _score.Done, _score.Plan.Tiles, JobState.Running);
                    return SaveAsync();
                },
                cancellationToken);
        }
        finally
        {
            _score = null;
        }

        await FinishPhaseAsync(JobPhase.Score);
    }

    private async Task WriteAsync(ProgressRecord state, BackboneInfo backbone, int size, CancellationToken cancellationToken)
    {
        Events.Add(JobPhase.Write, 0, 1, JobState.Running);
        ResultAssembly assembly = new(_spec, _images!, state, backbone, size, _record.State.Submitted, Folder);
        await _services.Pool.RunAsync(() => assembly.Write(cancellationToken), cancellationToken);
        Events.Add(JobPhase.Write, 1, 1, JobState.Running);
        await FinishPhaseAsync(JobPhase.Write);
    }

    private async Task FinishPhaseAsync(JobPhase phase)
    {
        _progress.State.PhaseTimes[phase] = _progress.State.PhaseTimes.GetValueOrDefault(phase) + Events.Elapsed;
        _services.Metrics.PhaseSeconds.Record(Events.Elapsed.TotalSeconds, new KeyValuePair<string, object?>("phase", phase.ToString()));
        _dirty = true;
        await SaveAsync();
    }

    // Progress that cannot be stored now is stored later; another activation's progress is not overwritten.
    private async Task SaveAsync()
    {
        if (!_dirty)
        {
            return;
        }

        _dirty = false;
        try
        {
            await _progress.WriteStateAsync();
        }
        catch (Exception error) when (error is not InconsistentStateException && Transient.Is(error))
        {
            _dirty = true;
            _services.Logger.LogWarning("Job {Job}: progress could not be stored: {Error}", _job, error.Message);
        }
    }

    private async Task CleanUpAsync()
    {
        try
        {
            await _services.Grains.GetGrain<IJobIndexGrain>(GrainKeys.Index).EndAsync(Status);
            int blocks = _images?.Blocks.Count ?? 0;
            int generation = _progress.State.Generation;
            await JobRelease.RunAsync(_services.Grains, _job, generation, blocks, _spec.Device);
            await _services.Pool.RunAsync(() => JobRelease.DeleteFolder(Folder.Work), CancellationToken.None);
        }
        catch (Exception error) when (Transient.Is(error))
        {
            // The index learns of it from the job's status when it is next asked; idle grains go by themselves.
            _services.Logger.LogWarning("Job {Job} was not cleaned up: {Error}", _job, error.Message);
        }
    }
}
