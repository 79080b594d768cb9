namespace MuSc.Engine.Local;

/// <summary>Counts what is done, times the phases and estimates what is left. Any thread may count.</summary>
/// <param name="time">The clock.</param>
/// <param name="report">Called with where a phase stands: as it begins, as it ends, and ten times a second between.</param>
internal sealed class RunProgress(TimeProvider time, Action<JobProgress> report) : IProgress<long>
{
    // Each report wakes somebody; pairs of small images are done thousands of times a second.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.1);

    private readonly Lock _lock = new();
    private readonly Dictionary<JobPhase, TimeSpan> _times = [];
    private JobPhase _phase;
    private long _began = time.GetTimestamp();
    private long _done;
    private long _reused;
    private long _total;
    private long _reported;

    /// <summary>Begins a phase; the one before it ends.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="total">Units in all.</param>
    /// <param name="reused">Units that an earlier run has done, which say nothing about the time left.</param>
    public void Begin(JobPhase phase, long total, long reused = 0)
    {
        lock (_lock)
        {
            Note();
            (_phase, _total, _done, _reused, _began) = (phase, total, reused, reused, time.GetTimestamp());
            Report();
        }
    }

    /// <summary>Counts units of the phase.</summary>
    public void Advance(int count)
    {
        lock (_lock)
        {
            Report(_done + count);
        }
    }

    /// <summary>Notes how many units of the phase are done; a smaller number, which comes late, is passed over.</summary>
    public void Report(long done)
    {
        lock (_lock)
        {
            if (done > _done)
            {
                _done = done;
                if (_done >= _total || time.GetElapsedTime(_reported) >= Pause)
                {
                    Report();
                }
            }
        }
    }

    /// <summary>Time of each phase up to now.</summary>
    public IReadOnlyDictionary<JobPhase, TimeSpan> Times()
    {
        lock (_lock)
        {
            Note();
            return new Dictionary<JobPhase, TimeSpan>(_times);
        }
    }

    private void Note()
    {
        if (_total > 0)
        {
            _times[_phase] = time.GetElapsedTime(_began);
        }
    }

    private void Report()
    {
        _reported = time.GetTimestamp();
        TimeSpan elapsed = time.GetElapsedTime(_began);
        long worked = _done - _reused;
        TimeSpan? remaining = worked > 0 ? elapsed * ((double)(_total - _done) / worked) : null;
        report(new(_phase, _done, _total, elapsed, remaining));
    }
}
