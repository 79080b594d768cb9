using System.CommandLine;
using MuSc.Cli;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Silo.Database;
using MuSc.Silo.Hosting;

namespace MuSc.Silo.Commands;

/// <summary>The program: a silo, the database's preparation, and a client's commands.</summary>
public static class ClusterCommand
{
    /// <summary>Runs a command line.</summary>
    /// <returns>An exit code as of <c>musc</c>.</returns>
    public static Task<int> RunAsync(string[] args) => args is ["silo", ..] and not [_, "--help" or "-h" or "-?", ..]
        // A silo's settings are the configuration's; they are not parsed twice.
        ? SiloAsync(args[1..])
        : new CommandLineProgram(
            Silo, InitDb, JobCommands.Submit, JobCommands.Watch, JobCommands.Results, JobCommands.Cancel, JobCommands.Jobs).RunAsync(args);

    private static async Task<int> SiloAsync(string[] args)
    {
        try
        {
            await using WebApplication app = SiloHost.Build(args);
            await app.RunAsync();
            return ExitCode.Done;
        }
        catch (ArgumentException error)
        {
            await Console.Error.WriteLineAsync($"musc: the silo's settings are wrong:{Environment.NewLine}{error.Message}");
            return ExitCode.Usage;
        }
    }

    private static MuscCommand Silo() => new(
        "silo",
        "Run a silo until it is told to stop; its settings come from appsettings.json, environment and --Section:Setting=value.",
        "musc cluster silo --MuSc:ResultsRoot=/results");

    private static MuscCommand InitDb()
    {
        Option<string> cluster = JobCommands.ClusterOption();
        MuscCommand command = new(
            "init-db",
            "Make the cluster's tables in a PostgreSQL database; again is no harm.",
            "musc cluster init-db --cluster 'Host=db;Username=musc;Database=musc'") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ClusterAddress address = JobCommands.Address(parsed, cluster);
            string database = address.ConnectionString
                ?? throw new JobException(JobErrorKind.Usage, "Give --cluster a PostgreSQL connection string (Host=…;Database=…).");
            try
            {
                await ClusterDatabase.InitializeAsync(database, cancellationToken);
            }
            catch (Npgsql.NpgsqlException error)
            {
                throw new JobException(JobErrorKind.Resource, $"The cluster {address} cannot be prepared: {error.Message}", error);
            }

            Console.WriteLine("The database is ready.");
            return ExitCode.Done;
        });
        return command;
    }
}
