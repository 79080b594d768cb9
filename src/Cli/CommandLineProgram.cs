using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace MuSc.Cli;

/// <summary>Parses the command line, runs a command and turns whatever happens into an exit code.</summary>
/// <param name="commands">Make the commands from their names, in the order of the help.</param>
internal sealed class CommandLineProgram(OrderedDictionary<string, Func<string, MuscCommand>> commands)
{
    public async Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("Finds the odd ones out in a set of images of one product, without any training or labels.");
        // Only the one that is named, where one is: making all of them takes longer than parsing the command line.
        IEnumerable<string> names = args is [string name, ..] && commands.ContainsKey(name) ? [name] : commands.Keys;
        foreach (string made in names)
        {
            root.Add(commands[made](made));
        }

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        ParseResult parsed = root.Parse(args);
        bool verbose = args.Contains(MuscCommand.Verbose);
        using ShutdownSignals signals = new();
        InvocationConfiguration invocation = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            if (parsed.Action is ParseErrorAction wrong)
            {
                // Errors alone: the whole help would hide them.
                wrong.ShowHelp = false;
                invocation.Output = Console.Error;
                await parsed.InvokeAsync(invocation, signals.Token).ConfigureAwait(false);
                await Console.Error.WriteLineAsync($"See: {Path(parsed)} --help").ConfigureAwait(false);
                return ExitCode.Usage;
            }

            return await parsed.InvokeAsync(invocation, signals.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            return Failure.Report(error, signals.Token.IsCancellationRequested, verbose, Console.Error);
        }
    }

    // The whole path of a nested command, such as "musc model import".
    private static string Path(ParseResult parsed)
    {
        List<string> names = [];
        for (SymbolResult? symbol = parsed.CommandResult; symbol is CommandResult command; symbol = symbol.Parent)
        {
            names.Insert(0, command.Command is RootCommand ? "musc" : command.Command.Name);
        }

        return string.Join(' ', names);
    }
}

/// <summary>Ctrl-C and SIGTERM ask for a clean stop; the second of them ends the process at once.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public ShutdownSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (!_source.IsCancellationRequested)
        {
            context.Cancel = true;
            _source.Cancel();
        }
    }
}
