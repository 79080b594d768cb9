using System.Collections.Concurrent;
using Spectre.Console.Rendering;

namespace MuSc.Cli.Terminal;

/// <summary>Shows on standard error how far a job is: bars on a terminal, else lines.</summary>
internal static class ProgressView
{
    /// <summary>Runs some work that reports its progress.</summary>
    public static Task<T> RunAsync<T>(Func<IProgress<JobProgress>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work(new PlainProgress(Console.Error));
        }

        DetailColumn details = new();
        return Consoles.Messages().Progress()
            .AutoRefresh(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), details)
            .StartAsync(context => work(new Bars(context, details)));
    }

    /// <summary>Runs some work that does not give way of itself, on another thread.</summary>
    public static Task<T> RunAsync<T>(Func<IProgress<JobProgress>, T> work, CancellationToken cancellationToken) =>
        RunAsync(progress => Task.Run(() => work(progress), cancellationToken));

    // One bar for each phase.
    private sealed class Bars(ProgressContext context, DetailColumn details) : IProgress<JobProgress>
    {
        private readonly Lock _turn = new();
        private readonly Dictionary<JobPhase, ProgressTask> _tasks = [];

        public void Report(JobProgress value)
        {
            lock (_turn)
            {
                if (!_tasks.TryGetValue(value.Phase, out ProgressTask? task))
                {
                    // Steps may be missed, also a phase's last one.
                    foreach (ProgressTask before in _tasks.Values)
                    {
                        before.Value = before.MaxValue;
                    }

                    task = context.AddTask(ProgressText.Doing(value.Phase), maxValue: Math.Max(1, value.Total));
                    _tasks.Add(value.Phase, task);
                }

                bool done = value.Done >= value.Total;
                task.MaxValue = Math.Max(1, value.Total);
                task.Value = done ? task.MaxValue : value.Done;
                details.Texts[task.Id] = done
                    ? ProgressText.Of(value.Elapsed)
                    : $"{value.Done:N0} of {value.Total:N0}{(value.Remaining is { } left ? $", {ProgressText.Of(left)} left" : "")}{(value.Waits is { } waits ? $". {waits}" : "")}";
            }
        }
    }

    private sealed class DetailColumn : ProgressColumn
    {
        public ConcurrentDictionary<int, string> Texts { get; } = new();

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(Texts.GetValueOrDefault(task.Id, ""), new Style(Color.Grey));
    }
}

/// <summary>Progress as plain lines: one every ten seconds, and one as a phase ends.</summary>
internal sealed class PlainProgress(TextWriter output) : IProgress<JobProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly Lock _turn = new();
    private JobProgress? _step;
    private TimeSpan _last;
    private bool _ended;

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

            bool news = value.Waits != _step?.Waits;
            _step = value;
            if (!_ended && (news || value.Done >= value.Total || value.Elapsed - _last >= Pause))
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
        output.WriteLine($"{ProgressText.Doing(value.Phase)}: {value.Done:N0} of {value.Total:N0}{rest}{(value.Waits is { } waits ? $". {waits}" : "")}");
    }
}

/// <summary>Words for phases.</summary>
internal static class ProgressText
{
    public static string Doing(JobPhase phase) => phase switch
    {
        JobPhase.Check => "Checking images",
        JobPhase.Extract => "Extracting tokens",
        JobPhase.Score => "Scoring pairs",
        _ => "Writing results",
    };

    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 9.95 } => $"{time.TotalSeconds:0.0} s",
        { TotalSeconds: < 99.5 } => $"{time.TotalSeconds:0} s",
        { TotalMinutes: < 99.5 } => $"{time.TotalMinutes:0} min",
        _ => $"{time.TotalHours:0.0} h",
    };
}
