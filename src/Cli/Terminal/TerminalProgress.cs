using System.Collections.Concurrent;
using Spectre.Console.Rendering;

namespace MuSc.Cli.Terminal;

/// <summary>Progress as bars, one for each phase.</summary>
internal sealed class TerminalProgress(IAnsiConsole console) : IProgressView
{
    public Task<T> RunAsync<T>(Func<IProgress<JobProgress>, Task<T>> work)
    {
        DetailColumn details = new();
        return console.Progress()
            .AutoRefresh(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), details)
            .StartAsync(context => work(new Bars(context, details)));
    }

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
                    : $"{value.Done:N0} of {value.Total:N0}{(value.Remaining is { } left ? $", {ProgressText.Of(left)} left" : "")}";
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
