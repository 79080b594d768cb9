using System.Diagnostics;

namespace MuSc.Engine.Results;

/// <summary>Counts what is done of one phase and reports it, one report at a time; any thread may count.</summary>
/// <param name="listener">Who is told, or null.</param>
/// <param name="phase">The phase.</param>
/// <param name="total">Units in all.</param>
public sealed class PhaseProgress(IProgress<JobProgress>? listener, JobPhase phase, long total) : IProgress<long>
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _done;

    /// <summary>What counts on top of the sums that are reported.</summary>
    public long Before { get; set; }

    /// <summary>So many more are done.</summary>
    public void Add(int units)
    {
        lock (_lock)
        {
            Advance(_done + units);
        }
    }

    /// <summary>Takes in a sum, which may come late.</summary>
    public void Report(long value)
    {
        lock (_lock)
        {
            if (Before + value > _done)
            {
                Advance(Before + value);
            }
        }
    }

    private void Advance(long done)
    {
        _done = done;
        TimeSpan elapsed = _clock.Elapsed;
        listener?.Report(new JobProgress(phase, done, total, elapsed, elapsed * ((double)(total - done) / done)));
    }
}
