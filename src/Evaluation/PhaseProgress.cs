using System.Diagnostics;
using MuSc.Contracts;

namespace MuSc.Evaluation;

/// <summary>Counts what is done of one phase and tells of it, one telling at a time; any thread may count.</summary>
internal sealed class PhaseProgress(IProgress<JobProgress>? listener, JobPhase phase, long total) : IProgress<long>
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _done;

    public void Add(int units)
    {
        lock (_lock)
        {
            Tell(_done + units);
        }
    }

    /// <summary>Takes in a sum, which may come late.</summary>
    public void Report(long value)
    {
        lock (_lock)
        {
            if (value > _done)
            {
                Tell(value);
            }
        }
    }

    private void Tell(long done)
    {
        _done = done;
        TimeSpan elapsed = _clock.Elapsed;
        listener?.Report(new JobProgress(phase, done, total, elapsed, elapsed * ((double)(total - done) / done)));
    }
}
