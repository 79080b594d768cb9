using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace MuSc.Tests;

/// <summary>The built program, run as a process, as a user would.</summary>
public sealed record MuscProcess(int ExitCode, string Out, string Error)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(8);

    /// <summary>Built beside these tests, with the same configuration.</summary>
    public static string Program { get; } = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "musc"));

    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>Runs it to its end.</summary>
    public static Task<MuscProcess> RunAsync(params string[] args) => RunAsync(args, _ => { });

    /// <summary>Runs it to its end.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="started">Gets the process once it runs, and each line of its standard error.</param>
    /// <param name="environment">Further environment variables.</param>
    /// <param name="launcher">A program and its arguments that start another in its own place.</param>
    public static async Task<MuscProcess> RunAsync(
        string[] args, Action<(Process Process, string Line)> started, IReadOnlyDictionary<string, string>? environment = null, string[]? launcher = null)
    {
        // Whoever runs the tests in the background may have SIGINT ignored, and children inherit that.
        ProcessStartInfo info = new("env", ["--default-signal=INT", .. launcher ?? [], Program, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        using Process process = Process.Start(info)!;
        process.StandardInput.Close();
        StringBuilder error = new();
        process.ErrorDataReceived += (_, data) =>
        {
            if (data.Data is { } line)
            {
                error.AppendLine(line);
                started((process, line));
            }
        };
        process.BeginErrorReadLine();
        using CancellationTokenSource limit = new(Longest);
        try
        {
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new(process.ExitCode, output, error.ToString());
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"musc {string.Join(' ', args)} ran for more than {Longest}. It said: {error}");
        }
    }

    /// <summary>The program ended as expected; its own words are shown where it did not.</summary>
    /// <exception cref="InvalidOperationException">It ended otherwise.</exception>
    public MuscProcess Expect(int exitCode) => ExitCode == exitCode
        ? this
        : throw new InvalidOperationException($"Exit code {ExitCode} rather than {exitCode}.\n{Error}\n{Out}");
}
