using System.Runtime.CompilerServices;

namespace MuSc.Grains.Jobs;

/// <summary>
/// What happened to a job, for whoever watches. Numbers follow the clock, so that they rise across coordinators and a
/// watcher can go on from the last number it saw, wherever the coordinator is now.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="end">How the job ended, if it has: what was before is not known any more.</param>
internal sealed class JobEvents(TimeProvider time, JobEvent? end)
{
    private const int Kept = 256;
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly List<JobEvent> _events = end is null ? [] : [end];
    private TaskCompletionSource _news = New();
    private DateTimeOffset _phaseBegan = time.GetUtcNow();
    private DateTimeOffset _lastAdded;

    /// <summary>The newest event.</summary>
    public JobEvent? Last => _events.LastOrDefault();

    /// <summary>Time since the phase began.</summary>
    public TimeSpan Elapsed => time.GetUtcNow() - _phaseBegan;

    /// <summary>Notes progress; small steps in quick succession are passed over, and so is what a step reports after the job's end.</summary>
    public void Add(JobPhase phase, long done, long total, JobState state, string? waits = null)
    {
        if (Last?.State is JobState.Done or JobState.Failed or JobState.Cancelled)
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        bool newPhase = Last?.Progress.Phase != phase;
        if (!newPhase && Last!.State == state && Last.Progress.Waits == waits && (done == Last.Progress.Done || (done < total && now - _lastAdded < Quiet)))
        {
            return;
        }

        _phaseBegan = newPhase ? now : _phaseBegan;
        _lastAdded = now;
        long number = Math.Max(now.ToUnixTimeMilliseconds(), (Last?.Number ?? 0) + 1);
        TimeSpan elapsed = now - _phaseBegan;
        TimeSpan? remaining = done > 0 && done < total ? elapsed * ((total - done) / (double)done) : null;
        _events.Add(new(number, state, new(phase, done, total, elapsed, remaining, waits)));
        if (_events.Count > Kept)
        {
            _events.RemoveAt(0);
        }

        TaskCompletionSource news = _news;
        _news = New();
        news.SetResult();
    }

    /// <summary>Events after a number, then further ones until <paramref name="ended"/> holds.</summary>
    public async IAsyncEnumerable<JobEvent> ReadAsync(long after, Func<bool> ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more = _news.Task;
            foreach (JobEvent news in _events.Where(known => known.Number > after).ToList())
            {
                after = news.Number;
                yield return news;
            }

            if (ended() && (Last is null || Last.Number <= after))
            {
                yield break;
            }

            await more.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
