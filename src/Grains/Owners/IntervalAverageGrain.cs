using MuSc.Engine.Galleries;
using MuSc.Engine.Tiles;
using MuSc.Features.Backbones;
using MuSc.Grains.Compute;
using MuSc.Grains.Placement;
using MuSc.Grains.Storage;
using MuSc.Grains.Workers;
using MuSc.Scoring;
using Orleans.Placement;

namespace MuSc.Grains.Owners;

/// <summary>See <see cref="IIntervalAverageGrain"/>. Each activation takes the next epoch and goes on from the last snapshot.</summary>
[RequireRole(SiloRoles.Score), KeepAlive, Immovable]
public sealed partial class IntervalAverageGrain(
    [PersistentState("owner", StorageNames.Default)] IPersistentState<OwnerRecord> state,
    ComputePool pool,
    BlockFetcher fetcher,
    MuScOptions options,
    ClusterMetrics metrics,
    TimeProvider time,
    ILogger<IntervalAverageGrain> logger) : Grain, IIntervalAverageGrain
{
    // All snapshots of an owner together stay below a share of the minima that it received, besides what weighs nothing.
    private const double SnapshotBytes = 1.0 / 16;
    private const long FreeBytes = 512 << 10;

    private OwnedBlock? _owned;
    private JobView? _view;
    private SnapshotStore? _snapshots;
    private SnapshotRule? _rule;
    private long _keptBytes;
    private double _saved;
    private bool _stored;

    private string Job => GrainKeys.Parse(this.GetPrimaryKeyString()).Job;

    private long Epoch => state.State.Epoch;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (string job, int generation, int block) = GrainKeys.Parse(this.GetPrimaryKeyString());
        JobLayoutMessage? layout = await GrainFactory.GetGrain<IJobCoordinatorGrain>(job).DescribeAsync();
        if (layout?.Shape is null || layout.Generation != generation)
        {
            // The job has ended, started again, or its coordinator has just moved: all that can be done here is to be released.
            return;
        }

        // If another activation is alive, one of the two fails to write and goes away.
        state.State.Epoch++;
        await state.WriteStateAsync(cancellationToken);
        TilePlan plan = layout.ToPlan();
        int grid = layout.Shape.Grids[0];
        JobFolder folder = new(options.ResultsRoot, job);
        GalleryPlan? gallery = layout.Settings.FillsGallery ? await pool.RunAsync(Lane.Messages, job, () => JobGallery.ReadPlan(folder), cancellationToken) : null;
        OwnedBlock owned = new(
            plan, block, grid * grid, layout.ToKept(plan, block), gallery is null ? null : JobGallery.Distances(folder, gallery), gallery?.Order);
        _snapshots = new(folder.Snapshots(generation), $"{block:D6}", $"{job}/{generation}; {owned.Identity}");
        _rule = new(time)
        {
            MostApart = options.SnapshotInterval, LeastApart = TimeSpan.Zero, WorkShare = options.SnapshotShare, ByteShare = SnapshotBytes, FreeBytes = FreeBytes,
        };
        await pool.RunAsync(
            Lane.Messages,
            job,
            () =>
            {
                _snapshots.Read(owned.Load);
                owned.FinishKnown();
                return true;
            },
            cancellationToken);
        _owned = owned;
        _view = new(job, layout, plan);
        _saved = owned.Held(open: true);
        _rule.Resume(_saved);
        _stored = File.Exists(folder.Scores(generation, block));
        CountKept(owned.Bytes);
        Log.Owned(logger, job, block, Epoch, _saved);
    }

    public async Task<DeliveredMessage> DeliverAsync(DeliveryMessage delivery)
    {
        OwnedBlock owned = Owned();
        if (!_stored)
        {
            try
            {
                await pool.RunAsync(Lane.Messages, Job, () => delivery.DeliverTo(owned), CancellationToken.None);
            }
            catch (JobException error)
            {
                // What a gallery keeps cannot be read or written: no other try would do better.
                GrainFactory.GetGrain<IJobCoordinatorGrain>(Job).FailAsync(error.Kind, error.Message).Ignore();
                throw;
            }

            CountKept(owned.Bytes);
        }

        if (owned.IsComplete)
        {
            await StoreAsync(owned);
        }
        else if (IsDue(open: true) || IsDue(open: false))
        {
            await SaveAsync(IsDue(open: true));
        }

        return DeliveredMessage.Of(Epoch, owned.Floors(delivery.Pass, delivery.Floors));

        // Finished passes take a few bytes, the kept values of open ones about a third of the minima that made them.
        bool IsDue(bool open) =>
            owned.Held(open) > _saved && _rule!.IsDue(owned.Held(open), owned.SavedBytes(open), owned.ReceivedBytes);
    }

    public async Task<BlockReportMessage> ReportAsync()
    {
        OwnedBlock owned = Owned();
        if (owned.IsComplete)
        {
            await StoreAsync(owned);
        }

        return BlockReportMessage.Of(owned.Report(Epoch), _stored);
    }

    public async Task ReleaseAsync()
    {
        Forget();
        await state.ClearStateAsync();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_owned is not null && _owned.Held(open: true) > _saved && !_stored)
        {
            await SaveAsync(open: true);
        }

        Forget();
    }

    private OwnedBlock Owned()
    {
        if (_owned is null)
        {
            // Whoever calls tries again and meets another activation, which asks the job anew.
            DeactivateOnIdle();
            throw new OrleansException($"The job of {this.GetPrimaryKeyString()} has ended, begun anew, or is not laid out yet.");
        }

        return _owned;
    }

    private void Forget()
    {
        _owned?.Dispose();
        _owned = null;
        CountKept(0);
    }

    private void CountKept(long bytes)
    {
        metrics.KeptBytes.Add(bytes - _keptBytes);
        _keptBytes = bytes;
    }

    // A snapshot that fails costs only repetition later on; results that cannot be stored stop the job.
    private async Task SaveAsync(bool open)
    {
        try
        {
            double held = _owned!.Held(open);
            await pool.RunAsync(
                Lane.Messages,
                Job,
                () =>
                {
                    _rule!.Take(held, () =>
                    {
                        long bytes = _snapshots!.Write(file => _owned.Save(file, open));
                        metrics.SnapshotBytes.Add(bytes);
                        return bytes;
                    });
                    return true;
                },
                CancellationToken.None);
            _saved = held;
            metrics.Snapshots.Add(1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(logger, error, this.GetPrimaryKeyString());
        }
    }

    private async Task StoreAsync(OwnedBlock owned)
    {
        (string job, int generation, int block) = GrainKeys.Parse(this.GetPrimaryKeyString());
        IJobCoordinatorGrain coordinator = GrainFactory.GetGrain<IJobCoordinatorGrain>(job);
        if (!_stored)
        {
            try
            {
                JobFolder folder = new(options.ResultsRoot, job);
                double[] scores = owned.PatchScores();
                float[] salient = _view!.Layout.Settings.Rescoring == Rescoring.Salient ? await SalientAsync(_view, block, scores) : [];
                await pool.RunAsync(
                    Lane.Messages,
                    job,
                    () =>
                    {
                        if (salient.Length > 0)
                        {
                            StoredArray.Write<float>(folder.Salient(generation, block), salient);
                        }

                        // Last: with it the block counts as stored.
                        StoredArray.Write<double>(folder.Scores(generation, block), scores);
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

    // [n × C] The stage is fetched once more: a small part of what its tiles have moved.
    private async Task<float[]> SalientAsync(JobView view, int block, double[] scores)
    {
        FeatureShape shape = view.Layout.Shape!.ToShape();
        int stage = SalientPatch.Stage(shape.Stages.Count);
        Neighbourhood neighbourhood = Neighbourhood.OfSalient(view.Layout.Settings.Aggregation, view.Layout.Settings.Degrees);
        using Loan<NativeFloats> tokens = await fetcher.GetAsync(view, block, stage, CancellationToken.None);
        return await pool.RunAsync(
            Lane.Work,
            view.Job,
            () =>
            {
                (StageShape map, int length) = (shape.Stages[0], shape.Stages[stage].Length);
                float[] features = new float[view.Layout.Counts[block] * map.Channels];
                float[] room = new float[map.Length];
                int stride = scores.Length / view.Layout.Counts[block];
                for (int image = 0; image < view.Layout.Counts[block]; image++)
                {
                    SalientFeatures.Of(
                        tokens.Value.Slice((long)image * length, length), shape, neighbourhood, scores.AsSpan(image * stride, map.Patches), room,
                        features.AsSpan(image * map.Channels, map.Channels));
                }

                return features;
            },
            CancellationToken.None);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 400, Level = LogLevel.Information, Message = "Job {Job} block {Block} owned in epoch {Epoch}, {Held:P0} of it in the snapshot")]
        public static partial void Owned(ILogger logger, string job, int block, long epoch, double held);

        [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "{Owner} could not write a snapshot")]
        public static partial void NotSaved(ILogger logger, Exception error, string owner);
    }
}

/// <summary>What is stored of an owner: only who is the current one. What it has received lies in its snapshots.</summary>
[GenerateSerializer, Alias("musc.owner-record")]
public sealed class OwnerRecord
{
    /// <summary>Counts activations.</summary>
    [Id(0)] public long Epoch { get; set; }
}
