using System.Threading.RateLimiting;
using MuSc.Engine.Galleries;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Features.Images;
using MuSc.Grains.Compute;
using MuSc.Grains.Storage;

namespace MuSc.Grains.Features;

/// <summary>
/// Extracts whole blocks on a silo's compute threads, one run of the network at a time on each; tokens that were given are read. A few
/// blocks of each job at a time, however many are asked for: each takes its memory when its turn comes.
/// </summary>
public sealed class BlockExtraction(ExtractorPool extractors, ComputePool pool, ClusterMetrics metrics, MuScOptions options) : IDisposable
{
    // Work for twice the threads: a block that ends has another behind it, so that no thread waits; small blocks go in together.
    private readonly PartitionedRateLimiter<string> _turns = PartitionedRateLimiter.Create<string, string>(job =>
        RateLimitPartition.GetConcurrencyLimiter(job, _ => new() { PermitLimit = 2 * options.Threads, QueueLimit = int.MaxValue }));

    /// <summary>Decodes a block's images and runs the backbone on them, or reads their tokens; then keeps them.</summary>
    /// <param name="job">The job.</param>
    /// <param name="request">The block.</param>
    /// <param name="keep">Called on a compute thread; the features are its own from then on.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <returns>What was kept, and the numeric profile of the backbone, if there is one.</returns>
    /// <exception cref="ImageFileException">An image cannot be used.</exception>
    /// <exception cref="OtherProfileException">This silo does not compute in the profile that is asked for; nothing was computed.</exception>
    /// <exception cref="JobException">A token is not a finite number.</exception>
    public async Task<(T Kept, string Profile)> ExtractAsync<T>(string job, ExtractionRequest request, Func<ExtractedBlock, T> keep, CancellationToken cancellationToken)
    {
        // A file of tokens is read by one thread.
        int runs = (request.Spec.Images.Count + request.Spec.Batch - 1) / request.Spec.Batch;
        using RateLimitLease turn = await _turns.AcquireAsync(job, Math.Clamp(runs, 1, options.Threads), cancellationToken);
        (ExtractedBlock block, string[] names, string profile) = await ExtractAsync(job, request, cancellationToken);
        T kept = await pool.RunAsync(
            Lane.Work,
            job,
            () =>
            {
                try
                {
                    block.Check(names);
                    return keep(block);
                }
                catch
                {
                    block.Dispose();
                    throw;
                }
            },
            CancellationToken.None);
        return (kept, profile);
    }

    public void Dispose() => _turns.Dispose();

    // What the gallery has, or an extractor of the same block has kept before it was lost.
    private static bool TryRead(FeatureStore kept, string[] hashes, ExtractedBlock block)
    {
        if (!Array.TrueForAll(hashes, kept.IsThere))
        {
            return false;
        }

        ITokenSource tokens = kept.Open(hashes);
        for (int image = 0; image < hashes.Length; image++)
        {
            for (int stage = 0; stage < tokens.Shape.Stages.Count; stage++)
            {
                tokens.ReadStage(stage, image, block.Stage(stage, image));
            }

            tokens.ReadClassToken(image, block.ClassToken(image));
        }

        return true;
    }

    private async Task<(ExtractedBlock Block, string[] Names, string Profile)> ExtractAsync(string job, ExtractionRequest request, CancellationToken cancellationToken)
    {
        ScoringJobSpec spec = request.Spec;
        if (spec.TokensFile is { } file)
        {
            ExtractedBlock given = await pool.RunAsync(Lane.Work, job, () => TokenFile.Read(spec, request.Rows), cancellationToken);
            return (given, [.. request.Rows.Select(row => $"{file}, image {row + 1}")], string.Empty);
        }

        OtherProfileException.Check(request.Profile, extractors.Platform(spec), isWhole: false);
        using ExtractorPool.Loan loan = extractors.Borrow(spec);
        IFeatureExtractor extractor = await pool.RunAsync(Lane.Work, job, () => loan.Extractor, cancellationToken);
        OtherProfileException.Check(request.Profile, extractor.Profile, isWhole: true);
        FeatureStore? kept = request.Hashes is null ? null : new(GalleryFolder.Features(new JobFolder(options.ResultsRoot, job).NextGallery), extractor.Shape);
        ExtractedBlock block = new(extractor.Shape, spec.Images.Count);
        try
        {
            if (kept is not null && await pool.RunAsync(Lane.Work, job, () => TryRead(kept, request.Hashes!, block), cancellationToken))
            {
                return (block, [.. spec.Images.Select(image => image.Name)], extractor.Profile);
            }

            // Runs of exactly one batch: the same bits as one call for the whole block.
            await Task.WhenAll(spec.Images.Chunk(spec.Batch).Select((run, index) => RunAsync(run, index * spec.Batch)));
            return (block, [.. spec.Images.Select(image => image.Path)], extractor.Profile);
        }
        catch
        {
            block.Dispose();
            throw;
        }

        Task<bool> RunAsync(ImageFile[] run, int first) => pool.RunAsync(
            Lane.Work,
            job,
            () =>
            {
                FeatureBlock part = extractor.Extract(run, null, cancellationToken);
                for (int image = 0; image < run.Length; image++)
                {
                    for (int stage = 0; stage < part.Stages.Length; stage++)
                    {
                        part.Stage(stage, image).CopyTo(block.Stage(stage, first + image));
                    }

                    part.ClassToken(image).CopyTo(block.ClassToken(first + image));
                    kept?.Write(request.Hashes![first + image], part, image);
                }

                metrics.ImagesExtracted.Add(run.Length);
                return true;
            },
            cancellationToken);
    }
}

/// <summary>A silo does not compute in the numeric profile that a job needs; another one may.</summary>
internal sealed class OtherProfileException(string wanted, string profile) : Exception($"This silo computes as '{profile}', and not as '{wanted}'.")
{
    /// <summary>How this silo computes.</summary>
    public string Profile { get; } = profile;

    /// <summary>Compares.</summary>
    /// <param name="wanted">A profile or a platform, or null for any.</param>
    /// <param name="profile">The silo's.</param>
    /// <param name="isWhole">Whether that is a profile; else a platform.</param>
    /// <exception cref="OtherProfileException">It is another.</exception>
    public static void Check(string? wanted, string profile, bool isWhole)
    {
        if (wanted is not null && !NumericProfile.Fits(profile, wanted) && (isWhole || !NumericProfile.Fits(wanted, profile)))
        {
            throw new OtherProfileException(wanted, profile);
        }
    }
}
