using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Silo.Database;
using MuSc.Silo.Hosting;

namespace MuSc.Cli.Commands.Cluster;

/// <summary><c>musc cluster</c>: a silo, and the database's preparation.</summary>
internal static class ClusterCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new("cluster", "Run a silo of a cluster (silo) or prepare its database (init-db).");
        command.Subcommands.Add(Silo());
        command.Subcommands.Add(InitDb());
        return command;
    }

    private static MuscCommand Silo()
    {
        MuscCommand command = new(
            "silo",
            "Run a silo until it is told to stop; its settings come from appsettings.json, environment and --Section:Setting=value.",
            "musc cluster silo --MuSc:ResultsRoot=/results") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((parsed, cancellationToken) => SiloAsync([.. parsed.UnmatchedTokens]));
        return command;
    }

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
            throw new JobException(JobErrorKind.Usage, $"The silo's settings are wrong:{Environment.NewLine}{error.Message}", error);
        }
    }

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
