using System.Net;
using MuSc.Grains;
using MuSc.Grains.Compute;
using MuSc.Grains.Storage;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace MuSc.Silo.Hosting;

/// <summary>Builds a silo from its configuration.</summary>
public static class SiloHost
{
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(120);

    /// <summary>The host, not yet started.</summary>
    /// <param name="args">Command line; settings as <c>--MuSc:Roles=score</c>.</param>
    /// <exception cref="ArgumentException">A setting is wrong; the message names each.</exception>
    public static WebApplication Build(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        SiloSettings settings = builder.Configuration.GetSection(SiloSettings.Section).Get<SiloSettings>() ?? new();
        MuScOptions options = builder.Configuration.GetSection(MuScOptions.Section).Get<MuScOptions>() ?? new();
        string problems = string.Join(Environment.NewLine, settings.Problems().Concat(options.Problems()));
        if (problems.Length > 0)
        {
            throw new ArgumentException(problems);
        }

        builder.WebHost.UseUrls($"http://*:{settings.HttpPort}");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTime);
        builder.Services.AddSingleton<SiloHealth>();
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<SiloHealth>());
        builder.Services.AddSingleton(_ => Metrics());
        builder.Host.UseOrleans(silo =>
        {
            silo.AddMuSc(options);
            Endpoints(silo, settings, options);
            Membership(silo, settings);
        });

        WebApplication app = builder.Build();
        app.UseOpenTelemetryPrometheusScrapingEndpoint(app.Services.GetRequiredService<MeterProvider>(), null, HealthEndpoints.Metrics, null, null);
        app.MapHealth();
        return app;
    }

    private static MeterProvider Metrics()
    {
        MeterProviderBuilder metrics = Sdk.CreateMeterProviderBuilder()
            .AddMeter(ClusterMetrics.MeterName, "Microsoft.Orleans", "System.Runtime")
            .AddPrometheusExporter();
        return (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } ? metrics.AddOtlpExporter() : metrics).Build();
    }

    private static void Endpoints(ISiloBuilder silo, SiloSettings settings, MuScOptions options)
    {
        string name = settings.Name.Length > 0 ? settings.Name : $"{Environment.MachineName}-{settings.SiloPort}";
        silo.Configure<SiloOptions>(silo => silo.SiloName = name);
        silo.Configure<EndpointOptions>(endpoint =>
        {
            endpoint.AdvertisedIPAddress = IPAddress.Parse(settings.Address);
            endpoint.SiloPort = settings.SiloPort;
            endpoint.GatewayPort = options.RoleList.Contains(SiloRoles.Gateway) ? settings.GatewayPort : 0;
            endpoint.SiloListeningEndpoint = new(IPAddress.Any, settings.SiloPort);
            endpoint.GatewayListeningEndpoint = endpoint.GatewayPort == 0 ? null : new(IPAddress.Any, settings.GatewayPort);
        });
    }

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
        if (settings.Clustering == "localhost")
        {
            silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, settings.PrimaryPort ?? settings.SiloPort));
            silo.AddMemoryGrainStorage(StorageNames.Default);
            silo.UseInMemoryReminderService();
            return;
        }

        silo.UseAdoNetClustering(database => (database.Invariant, database.ConnectionString) = ("Npgsql", settings.ConnectionString));
        // Stored as on the wire: versions may add members, and every stored type has a serializer that the build has checked.
        silo.AddAdoNetGrainStorage(StorageNames.Default, storage => storage.Configure<Serializer>((database, serializer) =>
            (database.Invariant, database.ConnectionString, database.GrainStorageSerializer) =
                ("Npgsql", settings.ConnectionString, new OrleansGrainStorageSerializer(serializer))));
        silo.UseAdoNetReminderService(database => (database.Invariant, database.ConnectionString) = ("Npgsql", settings.ConnectionString));
    }
}
