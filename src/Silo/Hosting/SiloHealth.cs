using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MuSc.Silo.Hosting;

/// <summary>Follows a silo's life for the probes: started once it has joined the cluster, ready until it begins to leave.</summary>
internal sealed class SiloHealth : ILifecycleParticipant<ISiloLifecycle>
{
    private volatile bool _started;
    private volatile bool _leaving;

    /// <summary>Succeeds once the silo has joined the cluster.</summary>
    public IHealthCheck HasStarted => new Check(() => _started);

    /// <summary>Succeeds while it takes work and clients.</summary>
    public IHealthCheck IsReady => new Check(() => _started && !_leaving);

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

    private sealed class Check(Func<bool> holds) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(holds() ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }
}
