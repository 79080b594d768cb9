using System.Net;
using MuSc.Client;
using MuSc.Grains;
using MuSc.Silo.Hosting;

namespace MuSc.Cli.Commands.Cluster;

/// <summary><c>musc serve</c>: a cluster on one machine, or a member of a larger one.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    public static MuscCommand Create(string name)
    {
        ServerOptions options = new();
        Option<string?> cluster = options.Setting(
            "Silo:ConnectionString",
            NewOption.Of<string?>(
                "--cluster", "Host=…",
                $"PostgreSQL connection string of the cluster to be a member of; a password is better given in {ClusterOption.Variable} "
                + $"[default: {ClusterOption.Variable}, else alone]"));
        Option<string?> roles = options.Setting(
            "MuSc:Roles", NewOption.Of<string?>("--roles", "list", "What the silo is for: extract, score, coordinate, gateway [default: all]"));
        Option<string?> address = options.Setting(
            "Silo:Address",
            NewOption.Of<string?>("--address", "ip", "IP address at which other silos and clients reach this one [default: POD_IP, else 127.0.0.1]"));
        Option<string[]> inputs = options.Setting(
            "MuSc:InputRoots",
            NewOption.Of<string[]>(
                "--inputs", "dir", "Folder from which jobs may read images, besides those that are sent along (may be repeated) [default: none in a cluster, any on this machine alone]"));
        Option<string?> keys = options.Setting(
            "Auth:KeyFile", NewOption.Of<string?>("--keys", "file", "Keys of those who may use HTTP, as 'musc key' makes them [default: MUSC_KEYS, else keys.json in the data folder where there is one]"));
        Option<bool> insecure = options.Flag(
            "Auth:Insecure", "--insecure", "Let everybody in over HTTP, also from other machines, where there are no keys.");
        Option<string?> health = options.Setting(
            "Silo:HealthListen", NewOption.Of<string?>("--health-listen", "[address:]port", "Where probes and Prometheus ask [default: as --listen on a loopback address, else 127.0.0.1:8081]"));
        // Where silos of one machine meet; for `musc up`.
        Option<int?> primary = options.Setting(
            "Silo:PrimaryPort", ServerOptions.Port("--primary-port", "Silo port of the first silo on this machine, to join it"));
        primary.Hidden = true;
        MuscCommand command = new(
            name,
            "Serve scoring jobs: a whole cluster on this machine, or with --cluster a member of a larger one.",
            "musc serve",
            "musc serve --data /data/musc --listen 9000",
            "musc serve --cluster 'Host=db;Username=musc;Database=musc' --data /mnt/shared --inputs /mnt/photos --address 10.0.0.5 --roles extract,score")
        {
            options.All, cluster, roles, address, inputs, keys, insecure, health, primary,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using ServerEnd end = new(parsed.GetValue(options.UntilInputEnds), cancellationToken);
            await RunAsync(options.Read(parsed), parsed.GetValue(options.Verbose), end.Token).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task RunAsync(Dictionary<string, string?> given, bool verbose, CancellationToken cancellationToken)
    {
        SiloHost host;
        try
        {
            host = SiloHost.Build(given, verbose);
        }
        catch (ArgumentException error)
        {
            throw new JobException(JobErrorKind.Usage, $"The server's settings are wrong:{Environment.NewLine}{error.Message}", error);
        }

        await using (host.ConfigureAwait(false))
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
            Console.WriteLine(Where(host));
            Console.WriteLine(How(host));
            await host.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Where(SiloHost host)
    {
        SiloSettings settings = host.Settings;
        string cluster = settings switch
        {
            { IsLocal: false } => $"a member of the cluster {ClusterAddress.Parse(settings.ConnectionString)}",
            { IsPrimary: false } => $"a member of the cluster of the silo at port {settings.PrimaryPort}",
            _ => $"data in {host.Options.ResultsRoot}",
        };
        HttpPlace place = host.Options.RoleList.Contains(SiloRoles.Gateway) ? settings.Http! : settings.Health!;
        string open = !host.IsOpen ? "" : place.IsLoopback ? ", open to everybody on this machine" : ", OPEN TO EVERYBODY who reaches it";
        return $"musc listens on {place.Url}{open}; {cluster}";
    }

    private static string How(SiloHost host) => host.Options.RoleList.Contains(SiloRoles.Gateway)
        ? SubmitHint(host.Settings.Address, host.Settings.GatewayPort)
        : "Submit to a silo with the role gateway.";

    /// <summary>How to submit a job to a gateway, in one line.</summary>
    public static string SubmitHint(string address, int port)
    {
        bool here = IPAddress.IsLoopback(IPAddress.Parse(address));
        string cluster = here && port == new SiloSettings().GatewayPort ? "" : $" --cluster {(here ? "localhost" : address)}:{port}";
        return $"Submit a job: musc submit IMAGES --watch{cluster}";
    }
}
