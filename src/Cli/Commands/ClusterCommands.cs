using System.Diagnostics;
using MuSc.Engine.Jobs;

namespace MuSc.Cli.Commands;

/// <summary>
/// Commands of a cluster's client. They are carried out by the program <c>musc-cluster</c>, which is built apart (src/Silo),
/// since its packages cannot be had everywhere.
/// </summary>
internal static class ClusterCommands
{
    private const string ProgramName = "musc-cluster";

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
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] arguments = name == "cluster" ? [.. parsed.UnmatchedTokens] : [name, .. parsed.UnmatchedTokens];
            using Process process = Process.Start(new ProcessStartInfo(Find(), arguments))!;
            try
            {
                await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The terminal's signal reached it as well; it ends by itself.
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }

            return process.ExitCode;
        });
        return command;
    }

    private static string Find() => Places(AppContext.BaseDirectory).FirstOrDefault(File.Exists)
        ?? throw new JobException(
            JobErrorKind.Resource,
            $"The cluster's program {ProgramName} is not there. Build it with: dotnet build src/Silo -c Release (it needs the packages of Microsoft Orleans).");
}
