using MuSc.Engine.Jobs;

namespace MuSc.Cli.Terminal;

/// <summary>Progress as plain lines: one every ten seconds, and one as a phase ends.</summary>
internal sealed class PlainProgress(TextWriter output) : IProgressView, IProgress<JobProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly Lock _turn = new();
    private JobPhase? _phase;
    private TimeSpan _last;
    private bool _ended;

    public Task<T> RunAsync<T>(Func<IProgress<JobProgress>, Task<T>> work) => work(this);

    public void Report(JobProgress value)
    {
        lock (_turn)
        {
            if (value.Phase != _phase)
            {
                (_phase, _last, _ended) = (value.Phase, TimeSpan.Zero, false);
            }

            bool ends = value.Done >= value.Total && !_ended;
            if (!ends && (_ended || value.Elapsed - _last < Pause))
            {
                return;
            }

            (_last, _ended) = (value.Elapsed, ends);
            string rest = ends ? $", {ProgressText.Of(value.Elapsed)}"
                : value.Remaining is { } left ? $", about {ProgressText.Of(left)} left" : "";
            output.WriteLine($"{ProgressText.Doing(value.Phase)}: {value.Done:N0} of {value.Total:N0}{rest}");
        }
    }
}
