using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace MuSc.Silo.Hosting;

/// <summary>The paths that probes ask. None touches a grain or the database: a slow database is no reason to kill a silo.</summary>
public static class HealthEndpoints
{
    /// <summary>Whether the silo has started.</summary>
    public const string Startup = "/health/startup";

    /// <summary>Whether it takes work.</summary>
    public const string Ready = "/health/ready";

    /// <summary>Whether the process answers.</summary>
    public const string Live = "/health/live";

    /// <summary>Where Prometheus fetches metrics.</summary>
    public const string Metrics = "/metrics";

    /// <summary>Adds the checks.</summary>
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<SiloHealth>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<SiloHealth>());
        services.AddHealthChecks()
            .Add(new(Startup, provider => provider.GetRequiredService<SiloHealth>().HasStarted, null, [Startup]))
            .Add(new(Ready, provider => provider.GetRequiredService<SiloHealth>().IsReady, null, [Ready]));
    }

    /// <summary>Adds the paths. A path answers 200 where its checks succeed, else 503; <see cref="Live"/> has none.</summary>
    public static void MapHealth(this WebApplication app)
    {
        foreach (string path in (string[])[Startup, Ready, Live])
        {
            app.MapHealthChecks(path, new HealthCheckOptions { Predicate = check => check.Tags.Contains(path) });
        }
    }
}
