using MuSc.Grains.Messages;
using MuSc.Grains.Placement;
using Orleans.Placement;

namespace MuSc.Grains.Workers;

/// <summary>See <see cref="IMutualScoringGrain"/>. The work itself runs beside the grain; turns stay short.</summary>
[RequireRole(SiloRoles.Score), KeepAlive, Immovable]
public sealed class MutualScoringGrain(WorkerSlots slots, BlockFetcher fetcher, ILocalSiloDetails silo) : Grain, IMutualScoringGrain
{
    private WorkerSlot? _slot;

    /// <inheritdoc/>
    public Task StartAsync()
    {
        string key = this.GetPrimaryKeyString();
        if (!key.StartsWith(silo.SiloAddress.ToParsableString() + "/", StringComparison.Ordinal))
        {
            // The silo that it belongs to is gone, or not yet known to whoever placed it, and tries again.
            DeactivateOnIdle();
            throw new SiloUnavailableException($"The worker slot {key} does not belong to silo {silo.SiloAddress.ToParsableString()}.");
        }

        _slot = slots.Start(key);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task DrainAsync()
    {
        if (_slot is not null)
        {
            await _slot.DrainAsync();
        }
    }

    /// <inheritdoc/>
    public Task<WorkerStatusMessage> StatusAsync() =>
        Task.FromResult(new WorkerStatusMessage(_slot?.Done ?? 0, fetcher.BytesFetched, _slot?.Draining ?? true));
}
