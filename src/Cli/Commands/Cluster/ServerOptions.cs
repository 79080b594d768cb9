using MuSc.Grains;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>
/// The options of a server. Each stands for a setting of the configuration (<c>MuSc:*</c>, <c>Silo:*</c>), which can also come from
/// the environment (<c>MuSc__Roles</c>) or from <c>appsettings.json</c> beside the program, and goes before it.
/// </summary>
internal sealed class ServerOptions
{
    private readonly Dictionary<Option, string> _settings = [];

    public ServerOptions()
    {
        Data = Text("--data", "Folder for job records and results; of a cluster, one that every silo reaches under the same path [default: musc-data]", "dir", "MuSc:ResultsRoot");
        Listen = Text("--listen", "Where HTTP is served: health, metrics [default: 127.0.0.1:8080]", "[address:]port", "Silo:Listen");
        Gateway = Port("--gateway-port", "Port for clients [default: 30000]", "Silo:GatewayPort");
        Silo = Port("--silo-port", "Port for other silos [default: 11111]", "Silo:SiloPort");
        Memory = new("--memory")
        {
            Description = "Memory for features and packed tokens, such as 1500M or 2G [default: 2G]",
            HelpName = "bytes",
            CustomParser = OptionParsers.Bytes,
        };
        Threads = new("--threads", "-t") { Description = "Threads for networks and scoring [default: one per processor]", HelpName = "n" };
        Threads.Validators.Add(result => OptionParsers.AtLeast(result, 1));
        Device = Text("--device", "Where networks run: cpu, cuda or cuda:n [default: cpu]", "device", "MuSc:Device");
    }

    public Option<string?> Data { get; }

    public Option<string?> Listen { get; }

    public Option<int?> Gateway { get; }

    public Option<int?> Silo { get; }

    public Option<long?> Memory { get; }

    public Option<int?> Threads { get; }

    public Option<string?> Device { get; }

    public Option<bool> UntilInputEnds { get; } = new("--until-input-ends")
    {
        Description = "End when standard input does, and not on Ctrl-C: for programs that start a server and must not leave it behind.",
    };

    public Option<bool> Verbose { get; } = new(CommonOptions.VerboseName) { Description = "Log also what is merely of interest, and show where an error came from." };

    /// <summary>Where silos of one machine meet; for <c>musc up</c>.</summary>
    public Option<int?> Primary()
    {
        Option<int?> option = Port("--primary-port", "Silo port of the first silo on this machine, to join it", "Silo:PrimaryPort");
        option.Hidden = true;
        return option;
    }

    /// <summary>An option that stands for a setting.</summary>
    public Option<string?> Text(string name, string description, string help, string setting)
    {
        Option<string?> option = new(name) { Description = description, HelpName = help };
        _settings.Add(option, setting);
        return option;
    }

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Data, Listen, Gateway, Silo, Memory, Threads, Device, UntilInputEnds, Verbose })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was given, by the settings' keys.</summary>
    public Dictionary<string, string?> Read(ParseResult parsed)
    {
        Dictionary<string, string?> given = [];
        foreach ((Option option, string setting) in _settings)
        {
            string? value = option switch
            {
                Option<int?> number => parsed.GetValue(number)?.ToString(CultureInfo.InvariantCulture),
                Option<string?> text => parsed.GetValue(text),
                _ => null,
            };
            if (value is not null)
            {
                given.Add(setting, value);
            }
        }

        if (parsed.GetValue(Memory) is { } memory)
        {
            given.Add($"{MuScOptions.Section}:{nameof(MuScOptions.MemoryBytes)}", memory.ToString(CultureInfo.InvariantCulture));
        }

        if (parsed.GetValue(Threads) is { } threads)
        {
            given.Add($"{MuScOptions.Section}:{nameof(MuScOptions.Threads)}", threads.ToString(CultureInfo.InvariantCulture));
        }

        return given;
    }

    private Option<int?> Port(string name, string description, string setting)
    {
        Option<int?> option = new(name) { Description = description, HelpName = "port" };
        option.Validators.Add(result => OptionParsers.AtLeast(result, 1));
        _settings.Add(option, setting);
        return option;
    }
}
