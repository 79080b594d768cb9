using MuSc.Client;
using MuSc.Silo.Database;

namespace MuSc.Cli.Commands.Cluster;

/// <summary><c>musc init-db</c>: prepares the database of a cluster on several machines.</summary>
internal static class InitDbCommand
{
    public static MuscCommand Create(string name)
    {
        ClusterOption cluster = new("Host=…", $"PostgreSQL connection string; its user may create tables [default: {ClusterOption.Variable}]");
        MuscCommand command = new(
            name,
            "Create the tables of a cluster in a PostgreSQL database; safe to repeat.",
            "musc init-db --cluster 'Host=db;Username=musc;Database=musc'") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ClusterAddress address = cluster.Address(parsed);
            string database = address.ConnectionString
                ?? throw new JobException(JobErrorKind.Usage, "Give --cluster a PostgreSQL connection string (Host=…;Database=…).");
            try
            {
                await PostgresDatabase.InitializeAsync(database, cancellationToken).ConfigureAwait(false);
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
