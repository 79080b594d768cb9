using System.Runtime.CompilerServices;
using MuSc.Contracts;
using MuSc.Grains.Messages;

namespace MuSc.Grains.Jobs;

/// <summary>
/// What happened to a job, for whoever watches. Numbers follow the clock, so that they rise across coordinators and a
/// watcher can go on from the last number it saw, wherever the coordinator is now.
/// </summary>
internal sealed class JobEvents(TimeProvider time)
{
    private const int Kept = 256;
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly List<JobEventMessage> _events = [];
    private TaskCompletionSource _news = New();
    private DateTimeOffset _phaseBegan = time.GetUtcNow();
    private DateTimeOffset _told;

    /// <summary>The newest event.</summary>
    public JobEventMessage? Last => _events.LastOrDefault();

    /// <summary>Time since the phase began.</summary>
    public TimeSpan Elapsed => time.GetUtcNow() - _phaseBegan;

    /// <summary>Notes progress; small steps in quick succession are passed over, and so is what a step reports after the job's end.</summary>
    public void Add(JobPhase phase, long done, long total, JobState state)
    {
        if (Last?.State is JobState.Done or JobState.Failed or JobState.Cancelled)
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        bool newPhase = Last?.Phase != phase;
        if (!newPhase && Last!.State == state && (done == Last.Done || (done < total && now - _told < Quiet)))
        {
            return;
        }

        _phaseBegan = newPhase ? now : _phaseBegan;
        _told = now;
        long number = Math.Max(now.ToUnixTimeMilliseconds(), (Last?.Number ?? 0) + 1);
        _events.Add(new(number, phase, done, total, now - _phaseBegan, state));
        if (_events.Count > Kept)
        {
            _events.RemoveAt(0);
        }

        TaskCompletionSource news = _news;
        _news = New();
        news.SetResult();
    }

    /// <summary>Events after a number, then further ones until <paramref name="ended"/> holds.</summary>
    public async IAsyncEnumerable<JobEventMessage> ReadAsync(long after, Func<bool> ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news = _news.Task;
            foreach (JobEventMessage message in _events.Where(message => message.Number > after).ToList())
            {
                after = message.Number;
                yield return message;
            }

            if (ended() && (Last is null || Last.Number <= after))
            {
                yield break;
            }

            await news.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
