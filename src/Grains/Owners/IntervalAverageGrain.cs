using Microsoft.Extensions.Logging;
using MuSc.Contracts;
using MuSc.Engine.Ledger;
using MuSc.Grains.Compute;
using MuSc.Grains.Messages;
using MuSc.Grains.Placement;
using MuSc.Grains.Storage;
using Orleans.Placement;

namespace MuSc.Grains.Owners;

/// <summary>See <see cref="IIntervalAverageGrain"/>. Each activation takes the next epoch and goes on from the last snapshot.</summary>
[RequireRole(SiloRoles.Score), KeepAlive, Immovable]
public sealed class IntervalAverageGrain(
    [PersistentState("owner", StorageNames.Default)] IPersistentState<OwnerRecord> state,
    ComputePool pool,
    MuScOptions options,
    ClusterMetrics metrics,
    TimeProvider time,
    ILogger<IntervalAverageGrain> logger) : Grain, IIntervalAverageGrain
{
    private OwnedBlock? _owned;
    private SnapshotStore? _snapshots;
    private long _deliveries;
    private long _sequence;
    private long _unsaved;
    private DateTimeOffset _saved;
    private bool _stored;

    private long Epoch => state.State.Epoch;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (string job, int generation, int block) = GrainKeys.Parse(this.GetPrimaryKeyString());
        JobLayoutMessage? layout = await GrainFactory.GetGrain<IJobCoordinatorGrain>(job).DescribeAsync();
        if (layout?.Shape is null || layout.Generation != generation)
        {
            // The job has ended, or begun anew: whoever calls is told so by the job.
            DeactivateOnIdle();
            return;
        }

        // If another activation is alive, one of the two fails to write and goes away.
        state.State.Epoch++;
        await state.WriteStateAsync(cancellationToken);
        TilePlan plan = layout.ToPlan();
        int grid = layout.Shape.Grids[0];
        JobFolder folder = new(options.ResultsRoot, job);
        _snapshots = new(folder.Snapshots(generation), $"{block:D6}");
        _deliveries = (long)plan.Partners(block).Count * plan.Maps;
        OwnedBlock Fresh() => new(plan, block, grid * grid, layout.ToReduction(plan, block));
        _owned = await pool.RunAsync(() => Restore(Fresh), cancellationToken);
        _stored = File.Exists(folder.Scores(generation, block));
        _saved = time.GetUtcNow();
        logger.LogInformation("Job {Job} block {Block} owned in epoch {Epoch}, snapshot {Snapshot}", job, block, Epoch, _sequence);
    }

    /// <inheritdoc/>
    public async Task<DeliveredMessage> DeliverAsync(DeliveryMessage delivery)
    {
        OwnedBlock owned = Owned();
        if (!_stored && await pool.RunAsync(() => delivery.DeliverTo(owned), CancellationToken.None))
        {
            _unsaved++;
        }

        if (owned.IsComplete)
        {
            await StoreAsync(owned);
        }
        else if (_unsaved > 0
            && (_unsaved >= _deliveries * options.SnapshotShare || time.GetUtcNow() - _saved >= options.SnapshotInterval))
        {
            await SaveAsync();
        }

        return DeliveredMessage.Of(Epoch, owned.Floors(delivery.Map, delivery.Floors));
    }

    /// <inheritdoc/>
    public async Task<BlockReportMessage> ReportAsync()
    {
        OwnedBlock owned = Owned();
        if (owned.IsComplete)
        {
            await StoreAsync(owned);
        }

        return BlockReportMessage.Of(owned.Report(Epoch), _stored);
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync()
    {
        _owned = null;
        await state.ClearStateAsync();
        DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_owned is not null && _unsaved > 0 && !_stored)
        {
            await SaveAsync();
        }
    }

    private OwnedBlock Owned() => _owned
        ?? throw new InvalidOperationException($"The job of {this.GetPrimaryKeyString()} has ended or begun anew.");

    private OwnedBlock Restore(Func<OwnedBlock> fresh)
    {
        OwnedBlock owned = fresh();
        _sequence = _snapshots!.Read(owned.Load);
        return owned;
    }

    // A snapshot that fails costs only repetition later on; results that cannot be stored stop the job.
    private async Task SaveAsync()
    {
        try
        {
            await pool.RunAsync(
                () =>
                {
                    _snapshots!.Write(_sequence + 1, _owned!.Save);
                    return true;
                },
                CancellationToken.None);
            _sequence++;
            _unsaved = 0;
            metrics.Snapshots.Add(1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(error, "{Owner} could not write a snapshot", this.GetPrimaryKeyString());
        }

        _saved = time.GetUtcNow();
    }

    private async Task StoreAsync(OwnedBlock owned)
    {
        (string job, int generation, int block) = GrainKeys.Parse(this.GetPrimaryKeyString());
        IJobCoordinatorGrain coordinator = GrainFactory.GetGrain<IJobCoordinatorGrain>(job);
        if (!_stored)
        {
            try
            {
                string path = new JobFolder(options.ResultsRoot, job).Scores(generation, block);
                await pool.RunAsync(
                    () =>
                    {
                        StoredArray.Write<double>(path, owned.PatchScores());
                        return true;
                    },
                    CancellationToken.None);
            }
            catch (JobException error)
            {
                coordinator.FailAsync(error.Kind, error.Message).Ignore();
                throw;
            }

            _stored = true;
            coordinator.StoredAsync(generation, block).Ignore();
        }
    }
}
