using System.Diagnostics;
using MuSc.Features.Models;

namespace MuSc.Cli.Terminal;

/// <summary>Shows how far a download is, on standard error: a bar, or a line every ten seconds.</summary>
internal static class DownloadView
{
    /// <summary>Runs some work that reports its progress.</summary>
    public static Task<T> RunAsync<T>(string name, Func<IProgress<DownloadProgress>, Task<T>> work) => Console.IsErrorRedirected
        ? work(new Lines(name))
        : Consoles.Messages().Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new Bar(context.AddTask(Markup.Escape(name)))));

    private sealed class Bar(ProgressTask task) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            task.MaxValue = Math.Max(1, value.Total ?? value.Done + 1);
            task.Value = value.Done;
        }
    }

    private sealed class Lines(string name) : IProgress<DownloadProgress>
    {
        private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);
        private readonly Stopwatch _watch = new();

        public void Report(DownloadProgress value)
        {
            if (_watch.IsRunning && _watch.Elapsed < s_pause && value.Done != value.Total)
            {
                return;
            }

            _watch.Restart();
            Console.Error.WriteLine($"Downloading {name}: {value.Done / 1e6:N1} of {(value.Total is { } total ? $"{total / 1e6:N1}" : "?")} MB");
        }
    }
}
