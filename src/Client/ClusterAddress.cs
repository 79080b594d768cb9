using System.Net;
using Npgsql;

namespace MuSc.Client;

/// <summary>
/// Where a cluster is: a server of the HTTP API, as <c>http://HOST:PORT</c> or <c>https://HOST</c>; or from inside a gateway, as
/// <c>localhost</c> (port 30000), <c>localhost:PORT</c> or <c>HOST:PORT</c>, or the connection string of the PostgreSQL database in which
/// its silos meet.
/// </summary>
public sealed record ClusterAddress
{
    private const int DefaultGateway = 30000;
    private const string Choice = "give http://HOST:PORT, localhost, HOST:PORT or a PostgreSQL connection string";

    private ClusterAddress()
    {
    }

    /// <summary>A server of the HTTP API, if that was given; it ends with a slash.</summary>
    public Uri? Http { get; private init; }

    /// <summary>For <see cref="Http"/>: a key, or null for none. The default is none.</summary>
    public string? Key { get; init; }

    /// <summary>A gateway, if that was given.</summary>
    public DnsEndPoint? Gateway { get; private init; }

    /// <summary>The database, if that was given.</summary>
    public string? ConnectionString { get; private init; }

    /// <summary>The cluster's identifier, as its silos have it. The default is <c>ORLEANS_CLUSTER_ID</c>, else <c>musc</c>.</summary>
    public string ClusterId { get; init; } = Environment.GetEnvironmentVariable("ORLEANS_CLUSTER_ID") ?? "musc";

    /// <summary>The service's identifier. The default is <c>ORLEANS_SERVICE_ID</c>, else <c>musc</c>.</summary>
    public string ServiceId { get; init; } = Environment.GetEnvironmentVariable("ORLEANS_SERVICE_ID") ?? "musc";

    /// <summary>How long a first connection is tried. The default is 30 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static ClusterAddress Parse(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out Uri? http))
        {
            return Of(http);
        }

        int colon = text.LastIndexOf(':');
        if (text == "localhost")
        {
            return new() { Gateway = new(text, DefaultGateway) };
        }

        if (colon > 0 && !text.Contains('='))
        {
            return int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and < 65536
                ? new() { Gateway = new(text[..colon].Trim('[', ']'), port) }
                : throw new FormatException($"'{text}' has no port between 1 and 65535.");
        }

        try
        {
            NpgsqlConnectionStringBuilder builder = new(text);
            return builder.Host is { Length: > 0 }
                ? new() { ConnectionString = text }
                : throw new FormatException(text.Contains('=') ? $"The connection string names no host; {Choice} (Host=…;Database=…)." : $"'{text}' is no cluster; {Choice}.");
        }
        catch (ArgumentException error)
        {
            // It may hold a password.
            string shown = text.Contains('=') ? "The connection string" : $"'{text}'";
            throw new FormatException($"{shown} is no cluster; {Choice} ({error.Message}).", error);
        }
    }

    /// <summary>The address of a server of the HTTP API.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ClusterAddress Of(Uri address) =>
        address is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" }
            ? new() { Http = address.AbsolutePath.EndsWith('/') ? address : new($"{address.AbsoluteUri}/") }
            : throw new FormatException("The address is no server: give http://HOST:PORT or https://HOST:PORT, without a name, a password and a query.");

    /// <summary>Where it is, without a password.</summary>
    public override string ToString()
    {
        if (Http is not null)
        {
            return $"{Http}";
        }

        if (Gateway is not null)
        {
            return $"{Gateway.Host}:{Gateway.Port}";
        }

        NpgsqlConnectionStringBuilder database = new(ConnectionString);
        return $"in the database {database.Database} at {database.Host}:{database.Port}";
    }
}
