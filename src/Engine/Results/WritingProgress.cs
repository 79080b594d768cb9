using System.Diagnostics;

namespace MuSc.Engine.Results;

/// <summary>Tells how far writing is, and how long it goes on; any thread may count.</summary>
/// <param name="listener">Who is told, or null.</param>
/// <param name="total">Images.</param>
internal sealed class WritingProgress(IProgress<JobProgress>? listener, int total)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _done;

    /// <summary>So many more are written.</summary>
    public void Add(int images)
    {
        int done = Interlocked.Add(ref _done, images);
        listener?.Report(new(JobPhase.Write, done, total, _clock.Elapsed, _clock.Elapsed * (((double)total / done) - 1)));
    }
}
