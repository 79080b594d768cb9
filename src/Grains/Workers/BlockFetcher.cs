using System.Runtime.InteropServices;
using MuSc.Grains.Compute;
using MuSc.Grains.Features;
using MuSc.Grains.Messages;

namespace MuSc.Grains.Workers;

/// <summary>
/// A silo's way to other blocks: fetches stages from their extractors in parts and keeps them for all worker slots of the
/// silo, within a budget of bytes.
/// </summary>
public sealed class BlockFetcher(IGrainFactory grains, ClusterMetrics metrics, MuScOptions options)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ByteBudgetCache<(string Job, int Generation, int Block, int Stage), float[]> _stages = new(options.MemoryBytes / 4);

    /// <summary>Bytes fetched so far.</summary>
    public long BytesFetched { get; private set; }

    /// <summary>The blocks of a job that are here, wholly or in part.</summary>
    public int[] Held(string job) => [.. _stages.Keys.Where(key => key.Job == job).Select(key => key.Block).Distinct()];

    /// <summary>A block's tokens of one stage, [n × P × C].</summary>
    /// <exception cref="StaleLayoutException">The block has other features by now.</exception>
    /// <exception cref="TimeoutException">The extractor did not have the block in time.</exception>
    public Task<float[]> GetAsync(string job, JobLayoutMessage layout, int block, int stage, CancellationToken cancellationToken) =>
        _stages.GetAsync((job, layout.Generation, block, stage), () => FetchAsync(job, layout, block, stage, cancellationToken));

    /// <summary>Forgets a job.</summary>
    public void Forget(string job) => _stages.Remove(key => key.Job == job);

    private async Task<(float[] Stage, long Bytes)> FetchAsync(string job, JobLayoutMessage layout, int block, int stage, CancellationToken cancellationToken)
    {
        IFeatureExtractorGrain extractor = Extractors.Of(grains, GrainKeys.Block(job, layout.Generation, block), layout.Settings.Device);
        byte[]? whole = null;
        long done = 0;
        DateTime giveUp = DateTime.UtcNow + Patience;
        while (whole is null || done < whole.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            FeaturePartMessage? part = await extractor.ReadAsync(stage, done);
            if (part is null)
            {
                // Its silo was lost and the block is being extracted again.
                if (DateTime.UtcNow > giveUp)
                {
                    throw new TimeoutException($"Block {block} of job {job} was not extracted again within {Patience.TotalSeconds:F0} s.");
                }

                (whole, done) = (null, 0);
                await Task.Delay(Poll, cancellationToken);
                continue;
            }

            if (part.Hash != layout.Hashes[block])
            {
                throw new StaleLayoutException();
            }

            whole ??= new byte[part.Length];
            part.Bytes.CopyTo(whole, done);
            done += part.Bytes.Length;
            BytesFetched += part.Bytes.Length;
            metrics.BytesFetched.Add(part.Bytes.Length);
        }

        return (MemoryMarshal.Cast<byte, float>(whole).ToArray(), whole.LongLength);
    }
}
