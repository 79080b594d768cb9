using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MuSc.Cli;

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
