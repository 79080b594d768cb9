using System.Diagnostics;
using MuSc.Silo.Hosting;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>
/// Silos of one machine as processes of this program. The first is where the others meet; it holds the data folder. Each ends when
/// its standard input does, so that none outlives this process, however that ends.
/// </summary>
internal sealed class LocalSilos : IAsyncDisposable
{
    private readonly List<Process> _processes = [];
    private readonly int _count;
    private readonly IReadOnlyList<string> _common;
    private readonly string? _listen;
    private readonly int _siloPort;

    /// <param name="count">How many.</param>
    /// <param name="common">Options of <c>musc serve</c> for each of them.</param>
    /// <param name="listen">Where the first serves HTTP; null for the default. The others take ports that are free.</param>
    /// <param name="siloPort">The first silo's port; null for the default.</param>
    /// <param name="gatewayPort">The first silo's port for clients; null for the default.</param>
    public LocalSilos(int count, IReadOnlyList<string> common, string? listen, int? siloPort, int? gatewayPort)
    {
        SiloSettings defaults = new();
        (_count, _common, _listen) = (count, common, listen);
        (_siloPort, GatewayPort) = (siloPort ?? defaults.SiloPort, gatewayPort ?? defaults.GatewayPort);
    }

    /// <summary>Where the first silo takes clients.</summary>
    public int GatewayPort { get; }

    /// <summary>Where the silos serve HTTP.</summary>
    public IReadOnlyList<string> Addresses { get; private set; } = [];

    /// <summary>The processes' identifiers.</summary>
    public IEnumerable<int> Processes => _processes.Select(process => process.Id);

    /// <summary>Starts the silos, the first one first, and waits until each has joined.</summary>
    /// <exception cref="JobException">One of them ended instead; it has said why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string first = await StartAsync(_listen, _siloPort, GatewayPort).WaitAsync(cancellationToken).ConfigureAwait(false);
        string[] others = await Task.WhenAll(Enumerable.Range(1, _count - 1).Select(_ => StartAsync(Text(LocalPorts.Free()), LocalPorts.Free(), LocalPorts.Free())))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        Addresses = [first, .. others];
    }

    /// <summary>Waits until the silos are to end.</summary>
    /// <returns>False where the first has ended by itself: the others cannot go on without it.</returns>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _processes[0].WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    /// <summary>Ends all of them: they finish or hand back what they are at. The first goes last, since the others leave by it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Skip(1).Select(EndAsync)).ConfigureAwait(false);
        await Task.WhenAll(_processes.Take(1).Select(EndAsync)).ConfigureAwait(false);
    }

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().ConfigureAwait(false);
        process.Dispose();
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    // A silo prints its first line, where it serves HTTP, once it has joined.
    private async Task<string> StartAsync(string? listen, int siloPort, int gatewayPort)
    {
        string program = Environment.ProcessPath!;
        List<string> arguments = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        arguments.AddRange([
            ServeCommand.Name, .. _common, "--until-input-ends",
            "--silo-port", Text(siloPort), "--gateway-port", Text(gatewayPort), "--primary-port", Text(_siloPort)]);
        if (listen is not null)
        {
            arguments.AddRange(["--listen", listen]);
        }

        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // A cluster of its own, whatever cluster this terminal's clients use.
        start.Environment.Remove(ClusterOption.Variable);
        Process process = Process.Start(start)!;
        _processes.Add(process);
        string line = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false)
            ?? throw new JobException(JobErrorKind.Resource, "A silo could not be started.");
        return line.Split(' ', ';').First(word => word.StartsWith("http:", StringComparison.Ordinal));
    }
}
