namespace MuSc.Cli.Terminal;

/// <summary>Progress as plain lines: one every ten seconds, and one as a phase ends.</summary>
internal sealed class PlainProgress(TextWriter output) : IProgressView, IProgress<JobProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly Lock _turn = new();
    private JobProgress? _step;
    private TimeSpan _last;
    private bool _ended;

    public Task<T> RunAsync<T>(Func<IProgress<JobProgress>, Task<T>> work) => work(this);

    public void Report(JobProgress value)
    {
        lock (_turn)
        {
            if (value.Phase != _step?.Phase)
            {
                // Steps may be missed, also a phase's last one.
                if (_step is { } before && !_ended)
                {
                    Write(before with { Done = before.Total });
                }

                (_last, _ended) = (TimeSpan.Zero, false);
            }

            _step = value;
            if (!_ended && (value.Done >= value.Total || value.Elapsed - _last >= Pause))
            {
                Write(value);
            }
        }
    }

    private void Write(JobProgress value)
    {
        (_last, _ended) = (value.Elapsed, value.Done >= value.Total);
        string rest = _ended ? $", {ProgressText.Of(value.Elapsed)}"
            : value.Remaining is { } left ? $", about {ProgressText.Of(left)} left" : "";
        output.WriteLine($"{ProgressText.Doing(value.Phase)}: {value.Done:N0} of {value.Total:N0}{rest}");
    }
}
