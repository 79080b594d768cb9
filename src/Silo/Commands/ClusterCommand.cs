using System.CommandLine;
using MuSc.Client;
using MuSc.Engine.Jobs;
using MuSc.Silo.Database;
using MuSc.Silo.Hosting;

namespace MuSc.Silo.Commands;

/// <summary>The program: a silo, the database's preparation, and a client's commands.</summary>
public static class ClusterCommand
{
    private const int Usage = 2;

    /// <summary>Runs a command line.</summary>
    /// <returns>0, or 2 for usage, 3 for inputs, 4 for resources, 130 where it was cancelled.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        // A silo's settings are the configuration's; they are not parsed twice.
        if (args is ["silo", ..])
        {
            return await SiloAsync(args[1..]);
        }

        RootCommand root = new("Scores images on a cluster of machines.")
        {
            new Command("silo", "Run a silo; its settings come from appsettings.json, environment and --Section:Setting=value."),
            InitDb(),
            JobCommands.Submit(),
            JobCommands.Watch(),
            JobCommands.Results(),
            JobCommands.Cancel(),
            JobCommands.Jobs(),
        };
        try
        {
            return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
        }
        catch (Exception error) when (error is JobException or FormatException or ArgumentException or Npgsql.NpgsqlException or TimeoutException)
        {
            await Console.Error.WriteLineAsync($"musc: {error.Message}");
            return error is JobException job ? Usage + (int)job.Kind : Usage;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("musc: cancelled.");
            return 130;
        }
    }

    private static async Task<int> SiloAsync(string[] args)
    {
        try
        {
            await using WebApplication app = SiloHost.Build(args);
            await app.RunAsync();
            return 0;
        }
        catch (ArgumentException error)
        {
            await Console.Error.WriteLineAsync($"musc: the silo's settings are wrong:{Environment.NewLine}{error.Message}");
            return Usage;
        }
    }

    private static Command InitDb()
    {
        Option<string> cluster = JobCommands.ClusterOption();
        Command command = new("init-db", "Make the cluster's tables in a PostgreSQL database; again is no harm.") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ClusterAddress address = ClusterAddress.Parse(parsed.GetRequiredValue(cluster));
            await ClusterDatabase.InitializeAsync(
                address.ConnectionString ?? throw new FormatException("Give --cluster a PostgreSQL connection string (Host=…;Database=…)."), cancellationToken);
            Console.WriteLine("The database is ready.");
        });
        return command;
    }
}
