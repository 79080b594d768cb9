using System.Net;
using Npgsql;

namespace MuSc.Silo.Hosting;

/// <summary>How a silo meets others, and where it listens. With nothing set it is a cluster by itself, reached from this machine only.</summary>
public sealed class SiloSettings
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Silo";

    /// <summary>
    /// The PostgreSQL database in which the silos of a cluster meet. The default is <c>MUSC_CLUSTER</c> where that is a connection
    /// string, else nothing: the silo is a cluster by itself, or joins another silo of this machine (<see cref="PrimaryPort"/>).
    /// </summary>
    public string ConnectionString { get; set; } =
        Environment.GetEnvironmentVariable("MUSC_CLUSTER") is { } cluster && cluster.Contains('=') ? cluster : string.Empty;

    /// <summary>The cluster's identifier. The default is <c>ORLEANS_CLUSTER_ID</c>, else <c>musc</c>.</summary>
    public string ClusterId { get; set; } = Environment.GetEnvironmentVariable("ORLEANS_CLUSTER_ID") ?? "musc";

    /// <summary>The service's identifier. The default is <c>ORLEANS_SERVICE_ID</c>, else <c>musc</c>.</summary>
    public string ServiceId { get; set; } = Environment.GetEnvironmentVariable("ORLEANS_SERVICE_ID") ?? "musc";

    /// <summary>The silo's name. The default is <c>POD_NAME</c>, else the machine's name and port.</summary>
    public string Name { get; set; } = Environment.GetEnvironmentVariable("POD_NAME") ?? string.Empty;

    /// <summary>
    /// The address that other silos and clients use. The default is <c>POD_IP</c>, else 127.0.0.1. With a loopback address the
    /// ports for silos and clients are open to this machine only, else on every interface.
    /// </summary>
    public string Address { get; set; } = Environment.GetEnvironmentVariable("POD_IP") ?? "127.0.0.1";

    /// <summary>Port for other silos, 1 … 65535. The default is 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for clients, 1 … 65535. The default is 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>
    /// Where the HTTP API and the pages are served by silos with the role <c>gateway</c>, as <c>PORT</c> or <c>ADDRESS:PORT</c>; <c>*</c> is
    /// every interface. The default is 127.0.0.1:8080.
    /// </summary>
    public string Listen { get; set; } = "127.0.0.1:8080";

    /// <summary>
    /// Where probes and Prometheus ask, without a key, in the same form. The default is <see cref="Listen"/> while that is a loopback
    /// address, else 127.0.0.1:8081: it is nothing for the outside.
    /// </summary>
    public string? HealthListen { get; set; }

    /// <summary>Without a database: the silo port of the first silo on this machine, where the others meet it. The default is this silo itself.</summary>
    public int? PrimaryPort { get; set; }

    /// <summary>
    /// How many silos must agree that another is dead, at least 1. The default is 1: the survivors of a double failure go on at
    /// once; the price is that a silo which alone loses sight of another may have it declared dead, and it then restarts.
    /// </summary>
    public int DeathVotes { get; set; } = 1;

    /// <summary>
    /// Time between two probes of another silo, at least 0.5 seconds. The default is 2 seconds; 3 that fail are its death, but not
    /// while a connection to it is open over which something came within the last 12 such times.
    /// </summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether all silos of its cluster are on this machine, and job records in the data folder.</summary>
    public bool IsLocal => ConnectionString.Length == 0;

    /// <summary>Whether it is the first silo of a cluster on this machine: its data folder is then its alone.</summary>
    public bool IsPrimary => IsLocal && (PrimaryPort ?? SiloPort) == SiloPort;

    /// <summary>Where HTTP is served; null where <see cref="Listen"/> is no such place.</summary>
    public HttpPlace? Http => HttpPlace.Parse(Listen);

    /// <summary>Where probes and Prometheus ask; null where <see cref="HealthListen"/> is no such place.</summary>
    public HttpPlace? Health => HealthListen is { } place ? HttpPlace.Parse(place) : Http is { IsLoopback: false } ? HttpPlace.Parse("127.0.0.1:8081") : Http;

    /// <summary>What is wrong, each line naming a setting.</summary>
    public IEnumerable<string> Problems()
    {
        foreach ((string name, int port) in new[] { (nameof(SiloPort), SiloPort), (nameof(GatewayPort), GatewayPort), (nameof(PrimaryPort), PrimaryPort ?? SiloPort) })
        {
            if (!IsPort(port))
            {
                yield return $"{Section}:{name} is {port}; it lies between 1 and 65535.";
            }
        }

        foreach ((string name, string place) in new[] { (nameof(Listen), Listen), (nameof(HealthListen), HealthListen ?? Listen) }.Where(given => HttpPlace.Parse(given.Item2) is null).DistinctBy(given => given.Item2))
        {
            yield return $"{Section}:{name} is '{place}'; it is a port, or an IP address and a port such as 127.0.0.1:8080 or [::1]:8080.";
        }

        if (!IPAddress.TryParse(Address, out _))
        {
            yield return $"{Section}:Address is '{Address}'; it is an IP address.";
        }

        if (DatabaseProblem() is { } problem)
        {
            yield return $"{Section}:ConnectionString is no connection string of PostgreSQL: {problem}";
        }

        if (DeathVotes < 1)
        {
            yield return $"{Section}:DeathVotes is {DeathVotes}; at least 1 is needed.";
        }

        if (ProbeInterval < TimeSpan.FromSeconds(0.5))
        {
            yield return $"{Section}:ProbeInterval is {ProbeInterval}; at least 00:00:00.5 is needed.";
        }
    }

    // The text itself may hold a password, and is not shown.
    private string? DatabaseProblem()
    {
        try
        {
            return IsLocal || new NpgsqlConnectionStringBuilder(ConnectionString).Host is { Length: > 0 } ? null : "it names no host.";
        }
        catch (ArgumentException error)
        {
            return error.Message;
        }
    }

    internal static bool IsPort(int port) => port is > 0 and < 65536;
}
