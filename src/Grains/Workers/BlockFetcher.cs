using MuSc.Engine.Tiles;
using MuSc.Grains.Compute;
using MuSc.Grains.Placement;

namespace MuSc.Grains.Workers;

/// <summary>What a silo's slots know of a job.</summary>
/// <param name="Job">The job.</param>
/// <param name="Layout">Its layout.</param>
/// <param name="Plan">The tiles it has.</param>
public sealed record JobView(string Job, JobLayoutMessage Layout, TilePlan Plan);

/// <summary>
/// A silo's way to other blocks: fetches stages from their extractors in parts and keeps them for all worker slots of the
/// silo, within a budget of bytes.
/// </summary>
public sealed class BlockFetcher(IGrainFactory grains, ClusterMetrics metrics, SiloMemory memory, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ByteBudgetCache<(string Job, int Generation, int Block, int Stage), NativeFloats> _stages = new(memory.Stages, metrics.Cache("stages"));

    /// <summary>Bytes of stages that are here or being fetched.</summary>
    public long Bytes => _stages.Bytes;

    /// <summary>The blocks of a job that are here, wholly or in part.</summary>
    public int[] Held(string job) => [.. _stages.Keys.Where(key => key.Job == job).Select(key => key.Block).Distinct()];

    /// <summary>A block's tokens of one stage, [n × P × C].</summary>
    /// <exception cref="StaleLayoutException">The block has other features by now.</exception>
    /// <exception cref="TimeoutException">The extractor did not have the block in time.</exception>
    public Task<Loan<NativeFloats>> GetAsync(
        JobView view, int block, int stage, CancellationToken cancellationToken)
    {
        JobLayoutMessage layout = view.Layout;
        long length = (long)layout.Counts[block] * layout.Shape!.ToShape().Stages[stage].Length;
        return _stages.GetAsync(
            (view.Job, layout.Generation, block, stage), length * sizeof(float), () => FetchAsync(view.Job, layout, block, stage, length, cancellationToken));
    }

    /// <summary>Forgets a job.</summary>
    public void Forget(string job) => _stages.Remove(key => key.Job == job);

    private async Task<NativeFloats> FetchAsync(
        string job, JobLayoutMessage layout, int block, int stage, long length, CancellationToken cancellationToken)
    {
        IFeatureExtractorGrain extractor = Extractors.Of(grains, GrainKeys.Block(job, layout.Generation, block), layout.Settings.Device);
        NativeFloats whole = new(length);
        try
        {
            long began = time.GetTimestamp();
            for (long done = 0; done < length * sizeof(float);)
            {
                cancellationToken.ThrowIfCancellationRequested();
                FeaturePartMessage? part = await ProfileContext.Call(layout.Profile, [], () => extractor.ReadAsync(stage, done));
                if (part is null)
                {
                    // Its silo was lost and the block is being extracted again.
                    if (time.GetElapsedTime(began) > Patience)
                    {
                        throw new TimeoutException($"Block {block} of job {job} was not extracted again within {Patience.TotalSeconds:F0} s.");
                    }

                    done = 0;
                    await Task.Delay(Poll, time, cancellationToken);
                    continue;
                }

                if (part.Hash != layout.Hashes[block] || part.Length != length * sizeof(float))
                {
                    throw new StaleLayoutException();
                }

                int bytes = part.Bytes.Length;
                part.Bytes.CopyTo(MemoryMarshal.AsBytes(whole.Slice(done / sizeof(float), bytes / sizeof(float))));
                done += bytes;
                metrics.BytesFetched.Add(bytes);
            }

            return whole;
        }
        catch
        {
            whole.Dispose();
            throw;
        }
    }
}
