using MuSc.Client;
using MuSc.Silo.Database;

namespace MuSc.Cli.Commands.Cluster;

/// <summary><c>musc init-db</c>: prepares the database of a cluster on several machines.</summary>
internal static class InitDbCommand
{
    public static MuscCommand Create(string name)
    {
        ClusterOption cluster = new("Host=…", $"PostgreSQL connection string; its user owns the tables or may create them [default: {ClusterOption.Variable}]");
        Option<string?> silos = NewOption.Of<string?>(
            "--silo-role", "name", "Let this role of PostgreSQL be that of silos: it works with their state and cannot change the statements that they execute");
        Option<string?> readers = NewOption.Of<string?>("--reader-role", "name", "Let this role find the cluster's silos, and no more");
        MuscCommand command = new(
            name,
            "Prepare a PostgreSQL database for a cluster, or bring one to the version of this build; safe to repeat.",
            "musc init-db --cluster 'Host=db;Username=musc;Database=musc'",
            "musc init-db --cluster 'Host=db;Username=owner;Database=musc' --silo-role musc_silo --reader-role musc_reader") { cluster, silos, readers };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ClusterAddress address = cluster.Address(parsed);
            string database = address.ConnectionString
                ?? throw new JobException(JobErrorKind.Usage, "Give --cluster a PostgreSQL connection string (Host=…;Database=…).");
            try
            {
                await PostgresDatabase.InitializeAsync(database, cancellationToken).ConfigureAwait(false);
                if (parsed.GetValue(silos) is { } silo)
                {
                    await DatabaseRoles.GrantSiloAsync(database, silo, cancellationToken).ConfigureAwait(false);
                }

                if (parsed.GetValue(readers) is { } reader)
                {
                    await DatabaseRoles.GrantReaderAsync(database, reader, cancellationToken).ConfigureAwait(false);
                }
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
