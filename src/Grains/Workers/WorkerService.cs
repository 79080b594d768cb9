using Microsoft.Extensions.Logging;
using MuSc.Grains.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace MuSc.Grains.Workers;

/// <summary>Starts a silo's worker slots once it is in the cluster, and drains them before it leaves.</summary>
public sealed class WorkerService(
    IGrainFactory grains, ILocalSiloDetails silo, ISiloMetadataCache metadata, WorkerSlots slots, MuScOptions options, ILogger<WorkerService> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private const int Tries = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

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
            await StartAsync(GrainKeys.Slot(address, slot), cancellationToken);
        }

        logger.LogInformation("Silo {Silo} works with {Slots} slots", address, options.Threads);
    }

    // A silo that has just joined may not know its own roles yet. Asked then, Orleans would find no place for its slots, or one on
    // another silo, to which it would keep.
    private async Task StartAsync(string slot, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            if (tries < Tries && !metadata.GetSiloMetadata(silo.SiloAddress).Metadata.ContainsKey(RoleFilterDirector.MetadataKey))
            {
                await Task.Delay(Pause, cancellationToken);
                continue;
            }

            try
            {
                RequestContext.Set(IPlacementDirector.PlacementHintKey, silo.SiloAddress);
                await grains.GetGrain<IMutualScoringGrain>(slot).StartAsync();
                return;
            }
            catch (Exception error) when (tries < Tries && Transient.Is(error))
            {
                await Task.Delay(Pause, cancellationToken);
            }
            finally
            {
                RequestContext.Remove(IPlacementDirector.PlacementHintKey);
            }
        }
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        logger.LogInformation("Silo {Silo} drains", silo.SiloAddress.ToParsableString());
        await slots.DrainAsync().WaitAsync(cancellationToken);
    }
}
