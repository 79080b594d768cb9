using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MuSc.Engine.Results;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Local;

/// <summary>What the local runner works with.</summary>
public sealed record LocalScoringOptions
{
    /// <summary>The kinds of results, in the order in which they are written. The default is all.</summary>
    public IReadOnlyList<IResultWriter>? Writers { get; init; }

    /// <summary>The clock. The default is the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes what turns images into tokens. The default runs the backbone with ONNX Runtime.</summary>
    public Func<BackboneInfo, ExtractionOptions, IFeatureExtractor>? Extractor { get; init; }
}

/// <summary>Runs jobs in this process, one after the other, each on all of its threads.</summary>
/// <param name="options">What it works with, or the defaults.</param>
public sealed class LocalScoringService(LocalScoringOptions? options = null) : IScoringService, IDisposable
{
    private readonly LocalScoringOptions _options = options ?? new();
    private readonly ConcurrentDictionary<string, LocalJob> _jobs = new();
    private readonly SemaphoreSlim _turn = new(1);

    public Task<string> SubmitAsync(ScoringJobSpec spec, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ScoringJobValidation.Check(spec);
        string id = Guid.CreateVersion7(_options.Time.GetUtcNow()).ToString("n");
        LocalJob job = new(id, _options.Time.GetUtcNow());
        _jobs[id] = job;
        _ = Task.Factory.StartNew(() => InTurn(job, spec), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.FromResult(id);
    }

    public Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<JobStatus>>(
            [.. _jobs.Values.Select(job => job.Status).OrderByDescending(job => job.Submitted).ThenByDescending(job => job.Id, StringComparer.Ordinal)]);

    public Task<JobStatus> StatusAsync(string id, CancellationToken cancellationToken) => Task.FromResult(Find(id).Status);

    public IAsyncEnumerable<JobProgress> WatchAsync(string id, CancellationToken cancellationToken) => Find(id).Watch(cancellationToken);

    public Task<JobResults> ResultsAsync(string id, CancellationToken cancellationToken) => Find(id).Results.WaitAsync(cancellationToken);

    public Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        Find(id).Cancel();
        return Task.CompletedTask;
    }

    /// <summary>Cancels what still runs and waits until it has cleaned up.</summary>
    public void Dispose()
    {
        foreach (LocalJob job in _jobs.Values)
        {
            job.Cancel();
            ((IAsyncResult)job.Results).AsyncWaitHandle.WaitOne();
            job.Dispose();
        }

        _turn.Dispose();
    }

    private void InTurn(LocalJob job, ScoringJobSpec spec) => job.Run(() =>
    {
        _turn.Wait(job.Cancelled);
        try
        {
            return new LocalRun(spec, _options, new RunProgress(_options.Time, job.Report), job.Cancelled).Run();
        }
        finally
        {
            _turn.Release();
        }
    });

    private LocalJob Find(string id) => _jobs.TryGetValue(id, out LocalJob? job)
        ? job
        : throw new JobException(JobErrorKind.Usage, $"There is no job {id}.");
}

/// <summary>A job of the local runner: its state, and those who watch it.</summary>
internal sealed class LocalJob(string id, DateTimeOffset submitted) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Channel<JobProgress>> _watchers = [];
    private readonly TaskCompletionSource<JobResults> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancel = new();
    private JobState _state = JobState.Queued;
    private JobProgress? _progress;
    private string? _error;

    public Task<JobResults> Results => _end.Task;

    public CancellationToken Cancelled => _cancel.Token;

    public JobStatus Status
    {
        get
        {
            lock (_lock)
            {
                return new(id, _state, submitted, _progress, _error);
            }
        }
    }

    /// <summary>Does the work and keeps its end, whatever it is.</summary>
    public void Run(Func<JobResults> work)
    {
        try
        {
            lock (_lock)
            {
                _state = JobState.Running;
            }

            JobResults results = work();
            End(JobState.Done, null);
            _end.SetResult(results);
        }
        catch (OperationCanceledException) when (_cancel.IsCancellationRequested)
        {
            End(JobState.Cancelled, null);
            _end.SetCanceled(_cancel.Token);
        }
        catch (OutOfMemoryException error)
        {
            Fail(new JobException(JobErrorKind.Resource, "There is not enough memory; allow less with --memory, or free some.", error));
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    public void Report(JobProgress progress)
    {
        lock (_lock)
        {
            _progress = progress;
            _watchers.ForEach(watcher => watcher.Writer.TryWrite(progress));
        }
    }

    public void Cancel() => _cancel.Cancel();

    /// <summary>The current progress and all that follows; a slow watcher misses steps, never the last one.</summary>
    public async IAsyncEnumerable<JobProgress> Watch([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<JobProgress> channel = Channel.CreateBounded<JobProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            if (_progress is not null)
            {
                channel.Writer.TryWrite(_progress);
            }

            if (_state is JobState.Queued or JobState.Running)
            {
                _watchers.Add(channel);
            }
            else
            {
                channel.Writer.Complete();
            }
        }

        await foreach (JobProgress progress in channel.Reader.ReadAllAsync(cancellationToken))
        {
            yield return progress;
        }
    }

    public void Dispose() => _cancel.Dispose();

    private void Fail(Exception error)
    {
        End(JobState.Failed, error.Message);
        _end.SetException(error);
    }

    private void End(JobState state, string? error)
    {
        lock (_lock)
        {
            (_state, _error) = (state, error);
            _watchers.ForEach(watcher => watcher.Writer.TryComplete());
            _watchers.Clear();
        }
    }
}
