namespace MuSc.Cli;

/// <summary>Options that every command has.</summary>
internal sealed class CommonOptions
{
    public const string VerboseName = "--verbose";

    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON on standard output, for machines; all else goes to standard error." };

    public Option<bool> Verbose { get; } = new(VerboseName) { Description = "Show where an error came from." };

    public void AddTo(Command command)
    {
        command.Options.Add(Json);
        command.Options.Add(Verbose);
    }
}
