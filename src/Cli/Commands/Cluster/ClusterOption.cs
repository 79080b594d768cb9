using MuSc.Client;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>Which cluster a command is for.</summary>
internal sealed class ClusterOption : Option<string?>
{
    public const string Variable = "MUSC_CLUSTER";

    public ClusterOption(string value, string description)
        : base("--cluster") => (HelpName, Description) = (value, description);

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

/// <summary>With what a client's command connects.</summary>
internal sealed class ClientOptions
{
    /// <summary>The environment variable that holds a key. On a command line others of the machine would see it.</summary>
    public const string KeyVariable = "MUSC_KEY";

    private readonly ClusterOption _cluster = new(
        "where",
        $"http://HOST:PORT or https://HOST of a server; from inside a cluster localhost, HOST:PORT of a gateway, or a PostgreSQL connection string [default: {ClusterOption.Variable}, else localhost]");

    private readonly Option<string?> _key = NewOption.Of<string?>(
        "--key-file", "file", $"File that holds the key for a server that asks for one over HTTP [default: the key in {KeyVariable}]");

    public IEnumerable<Option> All => [_cluster, _key];

    /// <summary>The cluster that the command line or the environment names, with the key.</summary>
    /// <exception cref="JobException">It is none, or there is no such key.</exception>
    public ClusterAddress Address(ParseResult parsed) => _cluster.Address(parsed) with { Key = Key(parsed.GetValue(_key)) };

    /// <summary>Connects.</summary>
    /// <exception cref="JobException">What was given is no cluster, or nothing there answers.</exception>
    public Task<MuScClient> ConnectAsync(ParseResult parsed, CancellationToken cancellationToken) => ConnectAsync(Address(parsed), cancellationToken);

    /// <summary>Connects.</summary>
    /// <exception cref="JobException">Nothing there answers.</exception>
    public static async Task<MuScClient> ConnectAsync(ClusterAddress address, CancellationToken cancellationToken)
    {
        try
        {
            return await MuScClient.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
        }
        catch (FormatException error)
        {
            throw new JobException(JobErrorKind.Usage, error.Message, error);
        }
    }

    private static string? Key(string? file)
    {
        if (file is null)
        {
            return Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key : null;
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JobException(JobErrorKind.Usage, $"The key file {file} cannot be read: {error.Message}", error);
        }
    }
}
