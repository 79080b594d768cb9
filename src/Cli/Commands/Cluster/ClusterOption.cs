using MuSc.Client;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>Which cluster a command is for.</summary>
internal sealed class ClusterOption : Option<string?>
{
    public const string Variable = "MUSC_CLUSTER";

    public ClusterOption(string value, string description)
        : base("--cluster") => (HelpName, Description) = (value, description);

    /// <summary>With the words that fit a client.</summary>
    public ClusterOption()
        : this("where", $"localhost, HOST:PORT of a gateway, or a PostgreSQL connection string [default: {Variable}, else localhost]")
    {
    }

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
