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

    /// <summary>Adds the paths.</summary>
    public static void MapHealth(this WebApplication app)
    {
        SiloHealth health = app.Services.GetRequiredService<SiloHealth>();
        app.MapGet(Startup, () => Answer(health.Started));
        app.MapGet(Ready, () => Answer(health.Ready));
        app.MapGet(Live, () => Answer(true));
    }

    private static IResult Answer(bool well) => well ? Results.Text("ok") : Results.Text("not yet", statusCode: StatusCodes.Status503ServiceUnavailable);
}
