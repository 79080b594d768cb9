using System.Net;

namespace MuSc.Silo.Hosting;

/// <summary>How a silo meets others.</summary>
public sealed class SiloSettings
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Silo";

    /// <summary><c>localhost</c> (in memory, on this machine) or <c>adonet</c> (PostgreSQL). The default is <c>localhost</c>.</summary>
    public string Clustering { get; set; } = "localhost";

    /// <summary>The database's connection string; needed for <c>adonet</c>.</summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>The cluster's identifier. The default is <c>ORLEANS_CLUSTER_ID</c>, else <c>musc</c>.</summary>
    public string ClusterId { get; set; } = Environment.GetEnvironmentVariable("ORLEANS_CLUSTER_ID") ?? "musc";

    /// <summary>The service's identifier. The default is <c>ORLEANS_SERVICE_ID</c>, else <c>musc</c>.</summary>
    public string ServiceId { get; set; } = Environment.GetEnvironmentVariable("ORLEANS_SERVICE_ID") ?? "musc";

    /// <summary>The silo's name. The default is <c>POD_NAME</c>, else the machine's name and port.</summary>
    public string Name { get; set; } = Environment.GetEnvironmentVariable("POD_NAME") ?? string.Empty;

    /// <summary>The address that other silos and clients use. The default is <c>POD_IP</c>, else 127.0.0.1.</summary>
    public string Address { get; set; } = Environment.GetEnvironmentVariable("POD_IP") ?? "127.0.0.1";

    /// <summary>Port for other silos, 1 … 65535. The default is 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for clients, 1 … 65535. The default is 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>Port for health and metrics, 1 … 65535. The default is 8080.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <summary>With <c>localhost</c>: the silo port of the first silo, where the others meet it. The default is this silo itself.</summary>
    public int? PrimaryPort { get; set; }

    /// <summary>
    /// How many silos must agree that another is dead, at least 1. The default is 1: the survivors of a double failure go on at
    /// once; the price is that a silo which alone loses sight of another may have it declared dead, and it then restarts.
    /// </summary>
    public int DeathVotes { get; set; } = 1;

    /// <summary>Time between two probes of another silo, at least 0.5 seconds. The default is 2 seconds; 3 that fail are its death.</summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What is wrong, each line naming a setting.</summary>
    public IEnumerable<string> Problems()
    {
        if (Clustering is not ("localhost" or "adonet"))
        {
            yield return $"{Section}:Clustering is '{Clustering}'; it is localhost or adonet.";
        }

        if (Clustering == "adonet" && ConnectionString.Length == 0)
        {
            yield return $"{Section}:ConnectionString is not set; adonet needs a PostgreSQL connection string.";
        }

        foreach ((string name, int port) in new[] { (nameof(SiloPort), SiloPort), (nameof(GatewayPort), GatewayPort), (nameof(HttpPort), HttpPort) })
        {
            if (port is < 1 or > 65535)
            {
                yield return $"{Section}:{name} is {port}; it lies between 1 and 65535.";
            }
        }

        if (!IPAddress.TryParse(Address, out _))
        {
            yield return $"{Section}:Address is '{Address}'; it is an IP address.";
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
}
