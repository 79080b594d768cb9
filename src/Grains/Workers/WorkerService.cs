using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;

namespace MuSc.Grains.Workers;

/// <summary>Starts a silo's worker slots once it is in the cluster, and drains them before it leaves.</summary>
public sealed class WorkerService(
    IGrainFactory grains, ILocalSiloDetails silo, WorkerSlots slots, MuScOptions options, ILogger<WorkerService> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(WorkerService), ServiceLifecycleStage.Last, StartAsync, StopAsync);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.RoleList.Contains(SiloRoles.Score))
        {
            return;
        }

        string address = silo.SiloAddress.ToParsableString();
        for (int slot = 0; slot < options.Threads; slot++)
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo.SiloAddress);
            await grains.GetGrain<IMutualScoringGrain>(GrainKeys.Slot(address, slot)).StartAsync();
        }

        RequestContext.Clear();
        logger.LogInformation("Silo {Silo} works with {Slots} slots", address, options.Threads);
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        logger.LogInformation("Silo {Silo} drains", silo.SiloAddress.ToParsableString());
        await slots.DrainAsync().WaitAsync(cancellationToken);
    }
}
