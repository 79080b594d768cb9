using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MuSc.Cli;

/// <summary>A command with examples, which its help shows at the end.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">One sentence.</param>
/// <param name="examples">Lines that can be typed as they are.</param>
internal sealed class MuscCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public const string Verbose = "--verbose";

    public IReadOnlyList<string> Examples => examples;

    /// <summary>Adds options that belong together; collection initializers use it.</summary>
    public void Add(IEnumerable<Option> options)
    {
        foreach (Option option in options)
        {
            Add(option);
        }
    }

    /// <summary>Says what the command does, and adds the options that every command with a result has.</summary>
    public MuscCommand Does(Func<ParseResult, CancellationToken, Task<Outcome>> action)
    {
        Option<bool> json = NewOption.Flag("--json", "Print the result as JSON on standard output, for machines; all else goes to standard error.");
        Add(json);
        Add(NewOption.Flag(Verbose, "Show where an error came from."));
        SetAction(async (parsed, cancellationToken) =>
        {
            Outcome outcome = await action(parsed, cancellationToken).ConfigureAwait(false);
            if (!parsed.GetValue(json))
            {
                outcome.Text(Consoles.Results());
            }
            else if (outcome.Json() is { } value)
            {
                JsonOutput.Write(value);
            }

            return outcome.ExitCode;
        });
        return this;
    }

    /// <inheritdoc cref="Does(Func{ParseResult, CancellationToken, Task{Outcome}})"/>
    public MuscCommand Does(Func<ParseResult, Outcome> action) => Does((parsed, _) => Task.FromResult(action(parsed)));
}

/// <summary>What a command gives; only one of the two forms is made.</summary>
/// <param name="Json">For machines: an object whose properties become JSON's (see <see cref="JsonOutput"/>), or null for nothing.</param>
/// <param name="Text">For people.</param>
/// <param name="ExitCode">Reported to the program that started this one.</param>
internal sealed record Outcome(Func<object?> Json, Action<IAnsiConsole> Text, int ExitCode = ExitCode.Done);

/// <summary>The usual help, then examples, then the exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const int WidestHelp = 120;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.MaxWidth = Console.IsOutputRedirected ? WidestHelp : Math.Clamp(Console.WindowWidth, 60, WidestHelp);
        usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        IReadOnlyList<string> examples = parseResult.CommandResult.Command is MuscCommand command
            ? command.Examples
            : ["musc demo", "musc score photos -r --out results", "musc score --help"];
        if (examples.Count > 0)
        {
            output.WriteLine("Examples:");
            foreach (string example in examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        output.WriteLine(ExitCode.Help);
        return ExitCode.Done;
    }
}
