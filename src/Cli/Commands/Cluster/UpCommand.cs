using System.Diagnostics;
using MuSc.Silo.Hosting;

namespace MuSc.Cli.Commands.Cluster;

/// <summary><c>musc up</c>: a cluster of several silos on this machine, each a process of this program; to try things out, and for tests.</summary>
internal static class UpCommand
{
    public static MuscCommand Create(string name)
    {
        ServerOptions options = new();
        Option<int> silos = NewOption.Of("--silos, -n", "n", "How many silos.", byDefault: 3).AtLeast(1);
        MuscCommand command = new(
            name,
            "Serve scoring jobs with several silos on this machine, each a process of its own: to try out what a cluster does.",
            "musc up --silos 3",
            "musc up --silos 2 --data /data/musc --threads 4")
        {
            silos, options.All,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using ServerEnd end = new(parsed.GetValue(options.UntilInputEnds), cancellationToken);
            int count = parsed.GetValue(silos);
            int threads = parsed.GetValue(options.Threads) ?? Math.Max(1, Environment.ProcessorCount / count);
            // Passed on as they were given.
            IEnumerable<string> given = new Option[] { options.Data, options.Memory, options.Device, options.Verbose }
                .Select(parsed.GetResult)
                .Where(option => option is { Implicit: false })
                .SelectMany(option => option!.Tokens.Select(token => token.Value).Prepend(option.Option.Name));
            string[] common = ["--threads", $"{threads}", .. given];
            await using LocalSilos cluster = new(
                count, common, parsed.GetValue(options.Listen), parsed.GetValue(options.Silo), parsed.GetValue(options.Gateway));
            await cluster.StartAsync(end.Token).ConfigureAwait(false);
            Console.WriteLine($"musc listens on {string.Join(", ", cluster.Addresses)}; {count} silos, processes {string.Join(", ", cluster.Processes)}");
            Console.WriteLine(ServeCommand.SubmitHint("127.0.0.1", cluster.GatewayPort));
            return await cluster.WaitAsync(end.Token).ConfigureAwait(false)
                ? ExitCode.Done
                : throw new JobException(JobErrorKind.Resource, "The first silo ended, and with it the cluster.");
        });
        return command;
    }
}

/// <summary>
/// Silos of one machine as processes of this program. The first is where the others meet; it holds the data folder. Each ends when
/// its standard input does, so that none outlives this process, however that ends.
/// </summary>
/// <param name="count">How many.</param>
/// <param name="common">Options of <c>musc serve</c> for each of them.</param>
/// <param name="listen">Where the first serves HTTP; null for the default. The others take ports that are free.</param>
/// <param name="siloPort">The first silo's port; null for the default.</param>
/// <param name="gatewayPort">The first silo's port for clients; null for the default.</param>
internal sealed class LocalSilos(int count, IReadOnlyList<string> common, string? listen, int? siloPort, int? gatewayPort) : IAsyncDisposable
{
    private readonly List<Process> _processes = [];
    private readonly int _primary = siloPort ?? new SiloSettings().SiloPort;

    /// <summary>Where the first silo takes clients.</summary>
    public int GatewayPort { get; } = gatewayPort ?? new SiloSettings().GatewayPort;

    /// <summary>Where the silos serve HTTP.</summary>
    public IReadOnlyList<string> Addresses { get; private set; } = [];

    /// <summary>The processes' identifiers.</summary>
    public IEnumerable<int> Processes => _processes.Select(process => process.Id);

    /// <summary>Starts the silos, the first one first, and waits until each has joined.</summary>
    /// <exception cref="JobException">One of them ended instead; it has said why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string first = await StartAsync(listen, _primary, GatewayPort).WaitAsync(cancellationToken).ConfigureAwait(false);
        string[] others = await Task.WhenAll(
            Enumerable.Range(1, count - 1).Select(_ => StartAsync($"{LocalPorts.Free()}", LocalPorts.Free(), LocalPorts.Free())))
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

    // A silo prints its first line, where it serves HTTP, once it has joined.
    private async Task<string> StartAsync(string? http, int silo, int gateway)
    {
        string program = Environment.ProcessPath!;
        string[] self = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        string[] place = http is null ? [] : ["--listen", http];
        ProcessStartInfo start = new(program,
        [
            .. self, ServeCommand.Name, .. common, "--until-input-ends",
            "--silo-port", $"{silo}", "--gateway-port", $"{gateway}", "--primary-port", $"{_primary}", .. place,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // A cluster of its own, whatever cluster this terminal's clients use.
        start.Environment.Remove(ClusterOption.Variable);
        Process process = Process.Start(start)!;
        _processes.Add(process);
        string line = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false)
            ?? throw new JobException(JobErrorKind.Resource, "A silo could not be started.");
        return line.Split(' ', ';').First(word => word.StartsWith("http:", StringComparison.Ordinal));
    }
}
