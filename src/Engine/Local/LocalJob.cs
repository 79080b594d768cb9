using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MuSc.Engine.Local;

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
