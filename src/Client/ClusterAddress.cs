using System.Net;
using Npgsql;

namespace MuSc.Client;

/// <summary>
/// Where a cluster is: <c>localhost</c> or <c>localhost:PORT</c> (a gateway on this machine, 30000 unless given), or the
/// connection string of the PostgreSQL database in which its silos meet.
/// </summary>
public sealed record ClusterAddress
{
    private const int DefaultGateway = 30000;

    private ClusterAddress()
    {
    }

    /// <summary>A gateway on this machine, if that was given.</summary>
    public IPEndPoint? Gateway { get; private init; }

    /// <summary>The database, if that was given.</summary>
    public string? ConnectionString { get; private init; }

    /// <summary>The cluster's identifier. The default is <c>musc</c>.</summary>
    public string ClusterId { get; init; } = "musc";

    /// <summary>The service's identifier. The default is <c>musc</c>.</summary>
    public string ServiceId { get; init; } = "musc";

    /// <summary>How long a first connection is tried. The default is 30 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static ClusterAddress Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts[0] == "localhost" && parts.Length <= 2)
        {
            return parts.Length == 1 || int.TryParse(parts[1], out int port) && port is > 0 and < 65536
                ? new() { Gateway = new(IPAddress.Loopback, parts.Length == 1 ? DefaultGateway : int.Parse(parts[1])) }
                : throw new FormatException($"'{text}' has no port between 1 and 65535.");
        }

        try
        {
            NpgsqlConnectionStringBuilder builder = new(text);
            return builder.Host is { Length: > 0 }
                ? new() { ConnectionString = text }
                : throw new FormatException($"'{text}' names no host; give localhost, localhost:PORT or a PostgreSQL connection string (Host=…;Database=…).");
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"'{text}' is no cluster; give localhost, localhost:PORT or a PostgreSQL connection string ({error.Message}).", error);
        }
    }

    /// <summary>Where it is, without a password.</summary>
    public override string ToString()
    {
        if (Gateway is not null)
        {
            return $"localhost:{Gateway.Port}";
        }

        NpgsqlConnectionStringBuilder database = new(ConnectionString);
        return $"in the database {database.Database} at {database.Host}:{database.Port}";
    }
}
