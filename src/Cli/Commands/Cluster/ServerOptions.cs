namespace MuSc.Cli.Commands.Cluster;

/// <summary>
/// The options of a server. Each stands for a setting of the configuration (<c>MuSc:*</c>, <c>Silo:*</c>), which can also come from
/// the environment (<c>MuSc__Roles</c>) or from <c>appsettings.json</c> beside the program, and goes before it.
/// </summary>
internal sealed class ServerOptions
{
    private readonly List<Func<ParseResult, IEnumerable<(string Setting, object? Value)>>> _settings = [];

    public ServerOptions()
    {
        Data = Setting(
            "MuSc:ResultsRoot",
            NewOption.Of<string?>(
                "--data", "dir", "Folder for job records and results; of a cluster, one that every silo reaches under the same path [default: musc-data]"));
        Listen = Setting(
            "Silo:Listen", NewOption.Of<string?>("--listen", "[address:]port", "Where HTTP is served: API, pages, health, metrics [default: 127.0.0.1:8080]"));
        Gateway = Setting("Silo:GatewayPort", Port("--gateway-port", "Port for clients [default: 30000]"));
        Silo = Setting("Silo:SiloPort", Port("--silo-port", "Port for other silos [default: 11111]"));
        Memory = Setting(
            "MuSc:MemoryBytes", NewOption.Memory("Memory for features and packed tokens, such as 1500M or 2G [default: 2G]"));
        Threads = Setting(
            "MuSc:Threads",
            NewOption.Of<int?>("--threads, -t", "n", "Threads for networks and scoring [default: one per processor]").AtLeast(1));
        Device = Setting("MuSc:Device", NewOption.Of<string?>("--device", "device", "Where networks run and images score each other: cpu, cuda or cuda:n [default: cpu]"));
    }

    public Option<string?> Data { get; }

    public Option<string?> Listen { get; }

    public Option<int?> Gateway { get; }

    public Option<int?> Silo { get; }

    public Option<long?> Memory { get; }

    public Option<int?> Threads { get; }

    public Option<string?> Device { get; }

    public Option<bool> UntilInputEnds { get; } = NewOption.Flag(
        "--until-input-ends", "End when standard input does, and not on Ctrl-C: for programs that start a server and must not leave it behind.");

    public Option<bool> Verbose { get; } = NewOption.Flag(
        MuscCommand.Verbose, "Log also what is merely of interest, and show where an error came from.");

    public IEnumerable<Option> All => [Data, Listen, Gateway, Silo, Memory, Threads, Device, UntilInputEnds, Verbose];

    /// <summary>Notes which setting an option stands for.</summary>
    public Option<T> Setting<T>(string setting, Option<T> option)
    {
        _settings.Add(parsed => [(setting, parsed.GetValue(option))]);
        return option;
    }

    /// <summary>A switch, and which setting it turns on.</summary>
    public Option<bool> Flag(string setting, string name, string description)
    {
        Option<bool> flag = NewOption.Flag(name, description);
        _settings.Add(parsed => [(setting, parsed.GetValue(flag) ? "true" : null)]);
        return flag;
    }

    /// <summary>Notes which list of settings an option stands for that may be repeated.</summary>
    public Option<string[]> Setting(string setting, Option<string[]> option)
    {
        _settings.Add(parsed => (parsed.GetValue(option) ?? []).Select((value, index) => ($"{setting}:{index}", (object?)value)));
        return option;
    }

    /// <summary>What was given, by the settings' keys.</summary>
    public Dictionary<string, string?> Read(ParseResult parsed) => _settings
        .SelectMany(settings => settings(parsed))
        .Select(setting => KeyValuePair.Create(setting.Setting, setting.Value?.ToString()))
        .Where(given => given.Value is not null)
        .ToDictionary();

    public static Option<int?> Port(string name, string description) => NewOption.Of<int?>(name, "port", description).AtLeast(1);
}
