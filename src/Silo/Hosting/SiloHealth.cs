namespace MuSc.Silo.Hosting;

/// <summary>What the probes answer: started once the silo has joined, ready until it begins to leave, alive while the process answers.</summary>
public sealed class SiloHealth : ILifecycleParticipant<ISiloLifecycle>
{
    private volatile bool _started;
    private volatile bool _leaving;

    /// <summary>Whether the silo has joined the cluster.</summary>
    public bool Started => _started;

    /// <summary>Whether it takes work and clients.</summary>
    public bool Ready => _started && !_leaving;

    /// <inheritdoc/>
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
