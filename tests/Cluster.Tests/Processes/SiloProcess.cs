using System.Diagnostics;
using MuSc.Cluster.Tests.Network;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>A silo as a process of its own.</summary>
public sealed class SiloProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static TaskCompletionSource _news = NewNews();

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<SiloEvent> _events = [];

    /// <param name="number">Names the silo.</param>
    /// <param name="connectionString">Where it meets others; null for a cluster by itself.</param>
    /// <param name="folder">Results root and scratch lie below it.</param>
    /// <param name="settings">Settings that differ from those of all silos of tests, as environment variables.</param>
    /// <param name="command">What starts it; <c>musc serve</c> unless given.</param>
    /// <param name="host">Where it runs; null for this machine's loopback.</param>
    public SiloProcess(
        int number,
        string? connectionString,
        string folder,
        IReadOnlyDictionary<string, string>? settings = null,
        string[]? command = null,
        NetworkHost? host = null)
    {
        Number = number;
        Host = host;
        command = [.. host?.Enter ?? [], .. command ?? [MuscProcess.Program, "serve"]];
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Dictionary<string, string> usual = new()
        {
            ["MuSc__ResultsRoot"] = Path.Combine(folder, "root"),
            ["MuSc__Scratch"] = Path.Combine(folder, $"scratch-{number}"),
            ["MuSc__Threads"] = "1",
            ["Silo__Name"] = $"silo-{number}",
            ["Silo__ConnectionString"] = connectionString ?? string.Empty,
            ["Silo__SiloPort"] = $"{Ports.Free()}",
            ["Silo__GatewayPort"] = $"{GatewayPort}",
            ["Silo__Listen"] = $"{HttpPort}",
            ["Silo__ProbeInterval"] = "00:00:01",
            ["Logging__LogLevel__MuSc"] = "Debug",
            ["Logging__Console__FormatterName"] = "json",
        };
        if (connectionString is not null)
        {
            usual["MuSc__InputRoots__0"] = "*";
        }

        if (host is not null)
        {
            usual["Silo__Address"] = $"{host.Address}";
        }

        foreach ((string name, string value) in usual.Concat(settings ?? new Dictionary<string, string>()))
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => Tell();
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>A cluster by itself.</summary>
    /// <param name="folder">Results root and scratch lie below it.</param>
    /// <param name="command">What starts it.</param>
    public static SiloProcess Alone(string folder, params string[] command) => new(0, null, folder, command: command);

    /// <summary>Where it runs; null for this machine.</summary>
    public NetworkHost? Host { get; }

    /// <summary>Where clients connect.</summary>
    public int GatewayPort { get; } = Ports.Free();

    /// <summary>Where HTTP is served.</summary>
    public int HttpPort { get; } = Ports.Free();

    /// <summary>The silo's number.</summary>
    public int Number { get; }

    /// <summary>Whether the process runs.</summary>
    public bool Runs => !_process.HasExited;

    /// <summary>How it ended.</summary>
    public int ExitCode => _process.ExitCode;

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

    /// <summary>What it has logged of one kind about a job, or about all jobs.</summary>
    public IReadOnlyList<SiloEvent> Events(int kind, string? job = null)
    {
        lock (_lines)
        {
            return [.. _events.Where(logged => logged.Kind == kind && (job is null || logged.Job == job))];
        }
    }

    /// <summary>How many tiles it has done of a job, or of all jobs.</summary>
    public int Tiles(string? job = null) => Events(SiloEvent.TileDone, job).Count;

    /// <summary>Waits until something has come about; looked at whenever any silo prints a line or ends.</summary>
    public static async Task UntilAsync(Func<bool> come, CancellationToken cancellationToken)
    {
        for (Task news = Volatile.Read(ref _news).Task; !come(); news = Volatile.Read(ref _news).Task)
        {
            await news.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until it takes work: it prints where it listens once it has joined.</summary>
    public async Task ReadyAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        await UntilAsync(() => !Runs || Lines.Any(line => line.StartsWith("musc listens on ", StringComparison.Ordinal)), patience.Token);
        Assert.True(Runs, $"Silo {Number} ended instead of joining:{Environment.NewLine}{string.Join(Environment.NewLine, Lines.TakeLast(30))}");
        await GetAsync("/health/ready");
    }

    /// <summary>kill −9.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>Stops it in the middle of what it does.</summary>
    public void Pause() => Signals.Send(_process.Id, "STOP");

    /// <summary>Lets it go on.</summary>
    public void Resume() => Signals.Send(_process.Id, "CONT");

    /// <summary>A path as the process sees it, which may have mounts of its own.</summary>
    public string See(string path) => $"/proc/{_process.Id}/root{path}";

    /// <summary>Asks it to leave, as Kubernetes does, and waits for it.</summary>
    public async Task LeaveAsync()
    {
        Signals.Send(_process.Id, "TERM");
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Fetches a page of its HTTP port.</summary>
    public async Task<string> GetAsync(string path)
    {
        using SocketsHttpHandler way = new();
        if (Host is not null)
        {
            way.ConnectCallback = (context, cancellationToken) => Host.ConnectAsync(context.DnsEndPoint, cancellationToken);
        }

        using HttpClient http = new(way);
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{HttpPort}{path}"));
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

    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (_lines)
            {
                Soak.Log(Number, line);
                _lines.Add(line);
                if (line.StartsWith('{') && SiloEvent.Parse(line) is { } read)
                {
                    _events.Add(read);
                }
            }

            Tell();
        }
    }

    private static void Tell() => Interlocked.Exchange(ref _news, NewNews()).TrySetResult();

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
