using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>A silo as a process of its own.</summary>
public sealed partial class SiloProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly int _httpPort = PostgresServer.FreePort();
    private readonly List<string> _lines = [];
    private readonly Dictionary<string, int> _tiles = [];

    /// <param name="number">Names the silo.</param>
    /// <param name="connectionString">Where it meets others.</param>
    /// <param name="folder">Results root and scratch lie below it.</param>
    public SiloProcess(int number, string connectionString, string folder)
    {
        Number = number;
        string program = Path.Combine(AppContext.BaseDirectory, "musc-cluster.dll");
        ProcessStartInfo start = new("dotnet", [program, "silo"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in new Dictionary<string, string>
        {
            ["MuSc__ResultsRoot"] = Path.Combine(folder, "root"),
            ["MuSc__Scratch"] = Path.Combine(folder, $"scratch-{number}"),
            ["MuSc__Threads"] = "1",
            ["Silo__Name"] = $"silo-{number}",
            ["Silo__Clustering"] = "adonet",
            ["Silo__ConnectionString"] = connectionString,
            ["Silo__SiloPort"] = $"{PostgresServer.FreePort()}",
            ["Silo__GatewayPort"] = $"{PostgresServer.FreePort()}",
            ["Silo__HttpPort"] = $"{_httpPort}",
            ["Silo__ProbeInterval"] = "00:00:01",
            ["Logging__Console__FormatterName"] = "simple",
            ["Logging__Console__FormatterOptions__SingleLine"] = "true",
        })
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The silo's number.</summary>
    public int Number { get; }

    /// <summary>Whether the process runs.</summary>
    public bool Runs => !_process.HasExited;

    /// <summary>What it has printed.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>How many tiles of a job it says it has done.</summary>
    public int Tiles(string job)
    {
        lock (_lines)
        {
            return _tiles.GetValueOrDefault(job);
        }
    }

    /// <summary>Waits until it takes work.</summary>
    public async Task ReadyAsync()
    {
        using HttpClient http = new();
        DateTime giveUp = DateTime.UtcNow + Patience;
        while (!await IsReadyAsync(http))
        {
            Assert.True(Runs && DateTime.UtcNow < giveUp, $"Silo {Number} is not ready:{Environment.NewLine}{string.Join(Environment.NewLine, Lines.TakeLast(30))}");
            await Task.Delay(200);
        }
    }

    /// <summary>kill −9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks it to leave, as Kubernetes does, and waits for it.</summary>
    public async Task LeaveAsync()
    {
        Assert.Equal(0, SysKill(_process.Id, 15));
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Fetches a page of its HTTP port.</summary>
    public async Task<string> GetAsync(string path)
    {
        using HttpClient http = new();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{_httpPort}{path}"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Runs)
        {
            Kill();
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"Job (\S+) tile \S+ done")]
    private static partial Regex TileDone();

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SysKill(int process, int signal);

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{_httpPort}/health/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (_lines)
            {
                _lines.Add(line);
                if (TileDone().Match(line) is { Success: true } match)
                {
                    string job = match.Groups[1].Value;
                    _tiles[job] = _tiles.GetValueOrDefault(job) + 1;
                }
            }
        }
    }
}
