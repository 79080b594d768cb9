using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;

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
        SiloHealth health = new();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(health);
        services.AddHealthChecks()
            .AddCheck(Startup, () => Of(health.HasStarted), [Startup])
            .AddCheck(Ready, () => Of(health.HasStarted && !health.IsLeaving), [Ready]);
    }

    /// <summary>
    /// Adds the paths. A path answers 200 where its checks succeed, else 503; <see cref="Live"/> has none. Where they have a port of
    /// their own, that one serves nothing else.
    /// </summary>
    /// <param name="app">The server.</param>
    /// <param name="port">The port.</param>
    /// <param name="shared">Whether other things are served there too.</param>
    public static void UseHealth(this WebApplication app, int port, bool shared)
    {
        if (shared)
        {
            Paths(app);
        }
        else
        {
            app.MapWhen(context => context.Connection.LocalPort == port, alone =>
            {
                Paths(alone);
                alone.Run(context =>
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    return Task.CompletedTask;
                });
            });
        }

        void Paths(IApplicationBuilder branch)
        {
            branch.UseOpenTelemetryPrometheusScrapingEndpoint(app.Services.GetRequiredService<MeterProvider>(), null, Metrics, null, null);
            foreach (string path in (string[])[Startup, Ready, Live])
            {
                branch.UseHealthChecks(path, new HealthCheckOptions { Predicate = check => check.Tags.Contains(path) });
            }
        }
    }

    private static HealthCheckResult Of(bool holds) => holds ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();

    // Follows the silo's life: it has started once it has joined the cluster, and leaves from when it begins to stop.
    private sealed class SiloHealth : ILifecycleParticipant<ISiloLifecycle>
    {
        private volatile bool _started;
        private volatile bool _leaving;

        public bool HasStarted => _started;

        public bool IsLeaving => _leaving;

        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
            nameof(SiloHealth),
            ServiceLifecycleStage.Active,
            _ =>
            {
                _started = true;
                return Task.CompletedTask;
            },
            _ =>
            {
                _leaving = true;
                return Task.CompletedTask;
            });
    }
}
