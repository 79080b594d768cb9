using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Diagnostics;
using System.Runtime.InteropServices;
using MuSc.Contracts;

namespace MuSc.Cli.Commands;

/// <summary>
/// Commands of a cluster's client. They are carried out by the program <c>musc-cluster</c>, which is built apart (src/Silo),
/// since its packages cannot be had everywhere.
/// </summary>
internal static class ClusterCommands
{
    private const string ProgramName = "musc-cluster";
    private const int Terminate = 15;

    public static MuscCommand Submit() => Create(
        "submit", "Hand a job to a cluster and print its identifier.", "musc submit photos -r --cluster localhost");

    public static MuscCommand Watch() => Create("watch", "Print a cluster job's progress until it ends.", "musc watch JOB --cluster localhost");

    public static MuscCommand Results() => Create("results", "Print a cluster job's scores as CSV.", "musc results JOB --cluster localhost");

    public static MuscCommand Cancel() => Create("cancel", "Ask a cluster's job to stop.", "musc cancel JOB --cluster localhost");

    public static MuscCommand Jobs() => Create("jobs", "List a cluster's jobs.", "musc jobs --cluster localhost");

    public static MuscCommand Cluster() => Create(
        "cluster",
        "Run a silo of a cluster (silo) or prepare its database (init-db).",
        "musc cluster init-db --cluster 'Host=db;Username=musc;Database=musc'",
        "musc cluster silo --MuSc:ResultsRoot=/results");

    /// <summary>Where the program may lie: beside this one, or where the build puts it.</summary>
    public static IReadOnlyList<string> Places(string folder) =>
    [
        Path.Combine(folder, ProgramName),
        Path.GetFullPath(Path.Combine(folder, "..", "..", "Silo", "release", ProgramName)),
    ];

    private static MuscCommand Create(string name, string description, params string[] examples)
    {
        MuscCommand command = new(name, description, examples) { TreatUnmatchedTokensAsErrors = false };
        string[] prefix = name == "cluster" ? [] : [name];
        command.SetAction((parsed, cancellationToken) => RunAsync(Find(), [.. prefix, .. parsed.UnmatchedTokens], cancellationToken));
        HelpOption help = new();
        help.Action = new ProgramsHelp((HelpAction)help.Action!, prefix);
        command.Options.Add(help);
        return command;
    }

    private static async Task<int> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments))!;

        // A terminal's Ctrl-C reaches both; who asks to terminate asks this process alone.
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => _ = SysKill(process.Id, Terminate));
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return process.ExitCode;
    }

    private static string Find() => Places(AppContext.BaseDirectory).FirstOrDefault(File.Exists)
        ?? throw new JobException(
            JobErrorKind.Resource,
            $"The cluster's program {ProgramName} is not there. Build it with: dotnet build src/Silo -c Release (it needs the packages of Microsoft Orleans).");

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SysKill(int process, int signal);

    /// <summary>The program's own help where it was built: it knows the options.</summary>
    private sealed class ProgramsHelp(HelpAction usual, string[] prefix) : AsynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default) =>
            prefix.Length + parseResult.UnmatchedTokens.Count > 0 && Places(AppContext.BaseDirectory).FirstOrDefault(File.Exists) is { } program
                ? RunAsync(program, [.. prefix, .. parseResult.UnmatchedTokens, "--help"], cancellationToken)
                : Task.FromResult(new HelpWithExamples(usual).Invoke(parseResult));
    }
}
