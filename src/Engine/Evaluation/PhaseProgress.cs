using System.Diagnostics;
using MuSc.Engine.Jobs;

namespace MuSc.Engine.Evaluation;

/// <summary>Counts what is done of one phase and tells of it; from any thread.</summary>
internal sealed class PhaseProgress(IProgress<JobProgress>? listener, JobPhase phase, long total) : IProgress<long>
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _done;

    public TimeSpan Elapsed => _clock.Elapsed;

    public void Add(int units) => Report(Interlocked.Add(ref _done, units));

    public void Report(long value)
    {
        TimeSpan elapsed = _clock.Elapsed;
        TimeSpan? remaining = value > 0 ? elapsed * ((double)(total - value) / value) : null;
        listener?.Report(new JobProgress(phase, value, total, elapsed, remaining));
    }
}
