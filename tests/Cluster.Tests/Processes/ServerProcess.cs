using System.Diagnostics;
using MuSc.Client;
using MuSc.Cluster.Tests.Network;
using MuSc.Silo.Hosting;

namespace MuSc.Cluster.Tests.Processes;

/// <summary><c>musc serve</c> or <c>musc up</c> as a user starts it, on free ports. It ends with the tests, whatever happens to them.</summary>
public sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <param name="command"><c>serve</c> or <c>up</c>, and its options but for the ports.</param>
    public ServerProcess(params string[] command)
        : this(null, command)
    {
    }

    /// <param name="host">Where it runs; null for this machine.</param>
    /// <param name="command"><c>serve</c> or <c>up</c>, and its options but for the ports.</param>
    public ServerProcess(NetworkHost? host, params string[] command)
        : this(host, LocalPorts.Free(), command)
    {
    }

    /// <param name="httpPort">Where HTTP is served, such as the port of a server that has ended.</param>
    /// <param name="command"><c>serve</c> or <c>up</c>, and its options but for the ports.</param>
    public ServerProcess(int httpPort, params string[] command)
        : this(null, httpPort, command)
    {
    }

    private ServerProcess(NetworkHost? host, int httpPort, string[] command)
    {
        HttpPort = httpPort;
        string[] words =
        [
            .. host?.Enter ?? [], MuscProcess.Program, .. command,
            "--until-input-ends", "--listen", $"{HttpPort}", "--silo-port", $"{LocalPorts.Free()}", "--gateway-port", $"{GatewayPort}",
        ];
        ProcessStartInfo start = new(words[0], words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in (string[])["MUSC_CLUSTER", "MUSC_KEY", "MUSC_KEYS", "POD_IP"])
        {
            start.Environment.Remove(name);
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Where HTTP is served.</summary>
    public int HttpPort { get; }

    /// <summary>Where clients connect.</summary>
    public int GatewayPort { get; } = LocalPorts.Free();

    /// <summary>The cluster, for a client's command.</summary>
    public string Cluster => $"localhost:{GatewayPort}";

    /// <summary>The server, for a client of its HTTP API.</summary>
    public Uri Address => new($"http://127.0.0.1:{HttpPort}/");

    /// <summary>The process' identifier.</summary>
    public int Id => _process.Id;

    /// <summary>The two lines that it prints once it serves.</summary>
    public async Task<(string Where, string How)> ReadyAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        string? where = await _process.StandardOutput.ReadLineAsync(patience.Token);
        string? how = await _process.StandardOutput.ReadLineAsync(patience.Token);
        return where is null || how is null ? throw new InvalidOperationException($"The server ended: {await _errors}") : (where, how);
    }

    /// <summary>A client.</summary>
    public Task<MuScClient> ConnectAsync() => MuScClient.ConnectAsync(ClusterAddress.Parse(Cluster), CancellationToken.None);

    /// <summary>kill −9, of this process alone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code, and what else it printed.</returns>
    public async Task<(int ExitCode, string Out, string Error)> EndAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, await _process.StandardOutput.ReadToEndAsync(patience.Token), await _errors.WaitAsync(patience.Token));
    }

    /// <summary>Closes its standard input, and waits for its end.</summary>
    public Task<(int ExitCode, string Out, string Error)> CloseAsync()
    {
        _process.StandardInput.Close();
        return EndAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
