using MuSc.Client;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>Which cluster a client's command is for.</summary>
internal sealed class ClusterOption() : Option<string?>("--cluster")
{
    public const string Variable = "MUSC_CLUSTER";

    /// <summary>With the words that fit a client.</summary>
    public static ClusterOption ForClient() => new()
    {
        Description = $"localhost, HOST:PORT of a gateway, or a PostgreSQL connection string [default: {Variable}, else localhost]",
        HelpName = "where",
    };

    /// <summary>Connects.</summary>
    /// <exception cref="JobException">What was given is no cluster, or none of its silos answers.</exception>
    public Task<MuScClient> ConnectAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        MuScClient.ConnectAsync(Address(parsed), cancellationToken);

    /// <summary>The cluster that the command line or the environment names.</summary>
    /// <exception cref="JobException">It is none.</exception>
    public ClusterAddress Address(ParseResult parsed)
    {
        try
        {
            return ClusterAddress.Parse(parsed.GetValue(this) ?? Environment.GetEnvironmentVariable(Variable) ?? "localhost");
        }
        catch (FormatException error)
        {
            throw new JobException(JobErrorKind.Usage, error.Message, error);
        }
    }
}
