using System.Net;
using Microsoft.Extensions.Configuration.Memory;
using MuSc.Client;
using MuSc.Grains;
using MuSc.Grains.Storage;
using MuSc.Silo.Database;
using MuSc.Web;
using MuSc.Web.Access;
using MuSc.Web.Api;
using OpenTelemetry.Trace;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Serialization;
using Orleans.Storage;

namespace MuSc.Silo.Hosting;

/// <summary>A silo with its HTTP port, built from its configuration: <c>appsettings.json</c> beside the program, environment, and what the caller gives.</summary>
public sealed class SiloHost : IAsyncDisposable
{
    /// <summary>The data folder unless another is named.</summary>
    public const string DefaultFolder = "musc-data";

    private const string ResultsRoot = $"{MuScOptions.Section}:{nameof(MuScOptions.ResultsRoot)}";
    private const string Scratch = $"{MuScOptions.Section}:{nameof(MuScOptions.Scratch)}";
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(120);

    private readonly WebApplication _app;
    private readonly DataFolder? _folder;
    private readonly SqliteDatabase? _records;

    private SiloHost(WebApplication app, DataFolder? folder, SqliteDatabase? records, SiloSettings settings, MuScOptions options, bool isOpen) =>
        (_app, _folder, _records, Settings, Options, IsOpen) = (app, folder, records, settings, options, isOpen);

    /// <summary>How it meets others.</summary>
    public SiloSettings Settings { get; }

    /// <summary>What it does.</summary>
    public MuScOptions Options { get; }

    /// <summary>Whether it serves the HTTP API and the pages, and everybody who reaches them may do everything.</summary>
    public bool IsOpen { get; }

    /// <summary>The host, not yet started. The first silo of a cluster on one machine takes its data folder here.</summary>
    /// <param name="given">Settings that go before all others, by their keys, such as <c>MuSc:Roles</c>.</param>
    /// <param name="verbose">Log also what is merely of interest.</param>
    /// <exception cref="ArgumentException">A setting is wrong; the message names each.</exception>
    /// <exception cref="JobException">The data folder or a port cannot be used.</exception>
    public static SiloHost Build(IEnumerable<KeyValuePair<string, string?>> given, bool verbose)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(given);
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = SiloLogging.Levels(verbose) });
        SiloSettings settings = builder.Configuration.GetSection(SiloSettings.Section).Get<SiloSettings>() ?? new();
        Folders(builder.Configuration, settings);
        MuScOptions options = builder.Configuration.GetSection(MuScOptions.Section).Get<MuScOptions>() ?? new();
        OwnFiles(settings, options);
        string problems = string.Join(Environment.NewLine, settings.Problems().Concat(options.Problems()).Concat(WebProblems(builder.Configuration)));
        if (problems.Length > 0)
        {
            throw new ArgumentException(problems);
        }

        AccessOptions access = builder.Configuration.GetSection(AccessOptions.Section).Get<AccessOptions>() ?? new();
        access.UseDataFolder(options.ResultsRoot);
        WebOptions web = builder.Configuration.GetSection(WebOptions.Section).Get<WebOptions>() ?? new();
        bool door = options.RoleList.Contains(SiloRoles.Gateway);
        // Before anything is touched: who is let in must be clear.
        bool open = door && access.IsOpen(settings.Http!.IsLoopback);
        CheckPorts(settings, options);
        DataFolder? folder = settings.IsPrimary ? DataFolder.Take(options.ResultsRoot) : null;
        SqliteDatabase? records = null;
        try
        {
            records = settings.IsLocal ? SqliteDatabase.Open(DataFolder.Records(options.ResultsRoot)) : null;
            return new(Build(builder, settings, options, records, door ? access : null, web), folder, records, settings, options, open);
        }
        catch
        {
            records?.Dispose();
            folder?.Dispose();
            throw;
        }
    }

    /// <summary>Starts it: it has then joined its cluster and answers.</summary>
    /// <exception cref="JobException">The cluster's database cannot be used by this build.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!Settings.IsLocal)
        {
            await PostgresDatabase.CheckAsync(PostgresDatabase.Bounded(Settings.ConnectionString), cancellationToken);
        }

        await _app.StartAsync(cancellationToken);
    }

    /// <summary>Waits until it is asked to end, here or by itself, and has ended: work at hand is finished or handed back.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _records?.Dispose();
        _folder?.Dispose();
    }

    // A cluster on one machine has a data folder without being asked; silos on several need one that all of them reach.
    private static void Folders(ConfigurationManager configuration, SiloSettings settings)
    {
        string? root = configuration[ResultsRoot] ?? (settings.IsLocal ? DefaultFolder : null);
        if (root is { Length: > 0 })
        {
            configuration[ResultsRoot] = root = Path.GetFullPath(root);
            // A key without a value would be bound as one.
            if (settings.IsLocal)
            {
                configuration[Scratch] ??= DataFolder.Scratch(root);
            }
        }
    }

    // Whoever submits to a cluster of this machine alone is on this machine.
    private static void OwnFiles(SiloSettings settings, MuScOptions options)
    {
        if (settings.IsLocal && IPAddress.TryParse(settings.Address, out IPAddress? address) && IPAddress.IsLoopback(address) && options.InputRoots.Count == 0)
        {
            options.InputRoots.Add(ListedRoots.Any);
        }
    }

    private static void CheckPorts(SiloSettings settings, MuScOptions options)
    {
        foreach ((HttpPlace place, string purpose, string option) in Places(settings, options))
        {
            LocalPorts.Check(place.Address, place.Port, purpose, option);
        }

        LocalPorts.Check(Interface(settings), settings.SiloPort, "other silos", "--silo-port PORT");
        if (options.RoleList.Contains(SiloRoles.Gateway))
        {
            LocalPorts.Check(Interface(settings), settings.GatewayPort, "clients", "--gateway-port PORT");
        }
    }

    private static WebApplication Build(
        WebApplicationBuilder builder, SiloSettings settings, MuScOptions options, SqliteDatabase? records, AccessOptions? door, WebOptions web)
    {
        string name = settings.Name.Length > 0 ? settings.Name : $"{Environment.MachineName}-{settings.SiloPort}";
        builder.WebHost.UseUrls([.. Places(settings, options).Select(place => place.Place.Url)]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTime);
        // The program handles signals; the host's own handler would swallow the second Ctrl-C.
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddHealth();
        builder.Services.AddSingleton(_ => Telemetry.Metrics(name));
        // Null, which nobody asks for again, where there is nobody to send them to.
        builder.Services.AddSingleton<TracerProvider>(_ => Telemetry.Traces(name)!);
        builder.Host.UseOrleans(silo =>
        {
            silo.AddMuSc(options);
            silo.Configure<SiloOptions>(silo => silo.SiloName = name);
            Endpoints(silo, settings, options);
            Membership(silo, settings);
            Storage(silo, settings, records);
            if (web.Dashboard)
            {
                silo.AddDashboard(dashboard => dashboard.HideTrace = true);
            }
        });

        if (door is not null)
        {
            builder.Services.AddSingleton(services => new ClusterClient(services.GetRequiredService<IGrainFactory>()));
            builder.Services.AddSingleton<IScoringServer>(services => services.GetRequiredService<ClusterClient>());
            builder.Services.AddSingleton<IImageSets>(services => services.GetRequiredService<ClusterClient>());
            builder.Services.AddMuScWeb(door, web, settings.Http!.IsLoopback, DataFolder.CookieKeys(options.ResultsRoot));
        }

        WebApplication app = builder.Build();
        app.Services.GetService<TracerProvider>();
        app.UseHealth(settings.Health!.Port, shared: door is not null && settings.Health == settings.Http);
        if (door is not null)
        {
            app.UseMuScWeb();
            if (web.Dashboard)
            {
                app.MapOrleansDashboard(WebOptions.DashboardPath).RequireAuthorization(Rights.Admin);
            }
        }

        return app;
    }

    // Where HTTP is served: the API and the pages by silos that clients may reach, health by all.
    private static IEnumerable<(HttpPlace Place, string Purpose, string Option)> Places(SiloSettings settings, MuScOptions options)
    {
        bool door = options.RoleList.Contains(SiloRoles.Gateway);
        if (door)
        {
            yield return (settings.Http!, "HTTP", "--listen PORT");
        }

        if (!door || settings.Health != settings.Http)
        {
            yield return (settings.Health!, "health and metrics", settings.HealthListen is null && settings.Http!.IsLoopback ? "--listen PORT" : "--health-listen PORT");
        }
    }

    private static IEnumerable<string> WebProblems(ConfigurationManager configuration) =>
        (configuration.GetSection(WebOptions.Section).Get<WebOptions>() ?? new()).Problems()
            .Concat((configuration.GetSection(AccessOptions.Section).Get<AccessOptions>() ?? new()).Problems());

    private static IPAddress Interface(SiloSettings settings) =>
        IPAddress.Parse(settings.Address) is var address && IPAddress.IsLoopback(address) ? address : IPAddress.Any;

    private static void Endpoints(ISiloBuilder silo, SiloSettings settings, MuScOptions options) => silo.Configure<EndpointOptions>(endpoint =>
    {
        endpoint.AdvertisedIPAddress = IPAddress.Parse(settings.Address);
        endpoint.SiloPort = settings.SiloPort;
        endpoint.GatewayPort = options.RoleList.Contains(SiloRoles.Gateway) ? settings.GatewayPort : 0;
        endpoint.SiloListeningEndpoint = new(Interface(settings), settings.SiloPort);
        endpoint.GatewayListeningEndpoint = endpoint.GatewayPort == 0 ? null : new(Interface(settings), settings.GatewayPort);
    });

    private static void Membership(ISiloBuilder silo, SiloSettings settings)
    {
        silo.Configure<Orleans.Configuration.ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (settings.ClusterId, settings.ServiceId));
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = settings.ProbeInterval;
            membership.NumMissedProbesLimit = 3;
            membership.NumVotesForDeathDeclaration = settings.DeathVotes;
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
            // A silo that was cut off learns only from the table that it was declared dead; until then it computes in vain.
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
            membership.NumMissedTableIAmAliveLimit = 3;
        });
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(20));
        if (settings.IsLocal)
        {
            silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Parse(settings.Address), settings.PrimaryPort ?? settings.SiloPort));
            // Jobs that have not ended are brought back by the workers, which ask the index of jobs for them.
            silo.UseInMemoryReminderService();
            return;
        }

        // The same text everywhere: connections are pooled by it.
        string connection = PostgresDatabase.Bounded(settings.ConnectionString);
        silo.UseAdoNetClustering(database => (database.Invariant, database.ConnectionString) = (PostgresDatabase.Invariant, connection));
        silo.UseAdoNetReminderService(database => (database.Invariant, database.ConnectionString) = (PostgresDatabase.Invariant, connection));
    }

    private static void Storage(ISiloBuilder silo, SiloSettings settings, SqliteDatabase? records)
    {
        (string invariant, string connection) = records is null
            ? (PostgresDatabase.Invariant, PostgresDatabase.Bounded(settings.ConnectionString))
            : (SqliteDatabase.Invariant, records.ConnectionString);
        // Stored as on the wire: versions may add members, and every stored type has a serializer that the build has checked.
        silo.AddAdoNetGrainStorage(StorageNames.Default, storage => storage.Configure<Serializer>((database, serializer) =>
            (database.Invariant, database.ConnectionString, database.DeleteStateOnClear, database.GrainStorageSerializer) =
                (invariant, connection, true, new OrleansGrainStorageSerializer(serializer))));
    }

    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
