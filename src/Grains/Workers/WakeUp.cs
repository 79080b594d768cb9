using Orleans.Runtime.Services;

namespace MuSc.Grains.Workers;

/// <summary>Where the idle slots of a silo wait for work. Thread-safe.</summary>
public sealed class WakeUp
{
    private TaskCompletionSource _next = New();

    /// <summary>Ends with the next <see cref="All"/>. To be taken before one looks for work, so that none is missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes all.</summary>
    public void All() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The workers of each silo, for coordinators that have tiles.</summary>
public sealed class WorkerServices(IServiceProvider services) : GrainServiceClient<IMutualScoringGrain>(services)
{
    /// <summary>Wakes the idle workers of a silo; nobody waits until they are awake, and a call that is lost is made up for by their polling.</summary>
    public Task WakeAsync(SiloAddress silo) => GetGrainService(silo).WakeAsync();
}
